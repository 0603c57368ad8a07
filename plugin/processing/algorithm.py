"""What all our algorithms share: translation, strict parameters, errors in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
import traceback
from typing import TYPE_CHECKING, Any, TypeVar

from qgis.core import (
    Qgis,
    QgsMessageLog,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFile,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..core.errors import OfflineMapError
from ..qgis_io.guide import guide_url
from ..qgis_io.wording import in_words, notice_in_words

if TYPE_CHECKING:
    from ..core.host import Feedback
    from ..layers.open_project.groups import Groups
    from ..layers.project.report import ProjectReport

_Parameter = TypeVar("_Parameter", bound=QgsProcessingParameterDefinition)


class Algorithm(QgsProcessingAlgorithm):
    """Base of the algorithms; a subclass names itself, its parameters and outputs, and works.

    `SECTION` is the anchor of what the user guide says of it. `is_for_use` is false for the one that the
    provider lists, true for those that a dialog, a model or a script makes of it.
    """

    SECTION: str
    INPUT = "INPUT"
    is_for_use = False

    def createInstance(self) -> Algorithm:
        made = type(self)()
        made.is_for_use = True
        return made

    def helpUrl(self) -> str:
        return guide_url(self.SECTION)

    def tr(self, text: str) -> str:
        """A sentence in the user's language, filed under the class that says it."""
        for speaker in type(self).__mro__:
            translated = QCoreApplication.translate(speaker.__name__, text)
            if translated != text:
                return translated
        return text

    def checkParameterValues(
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """Also refuses parameters that do not exist, and what `check` finds.

        QGIS lets a misspelt name pass unseen.
        """
        problem = self._unknown_parameter(parameters)
        if problem:
            return False, problem
        good, problem = super().checkParameterValues(parameters, context)
        if not good:
            return good, problem
        try:
            self.check(parameters, context)
        except OfflineMapError as error:
            return False, in_words(error)
        return True, ""

    def check(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        """Raises `BadInput` for values that can be refused here and now, without any request."""

    def add_offline_map(self, *, optional: bool = False) -> None:
        """INPUT, the file by which an offline map is chosen; its folder will do as well."""
        self.addParameter(
            QgsProcessingParameterFile(
                self.INPUT,
                self.tr("Offline map"),
                Qgis.ProcessingFileParameterBehavior.File,
                optional=optional,
                fileFilter=self.tr("Offline map (package.info *.mmpk);;All files (*)"),
            )
        )

    def load_on_completion(self, groups: Groups, context: QgsProcessingContext) -> None:
        """Lets Processing add groups to the open project when all is done; then the provider tells."""
        from ..layers.open_project.groups import load_on_completion

        provider = self.provider()  # none where a script runs an algorithm that it made itself
        nested = provider.groups_added.emit if provider else lambda: None
        load_on_completion(context, groups, context.project(), nested)

    def _unknown_parameter(self, parameters: Mapping[str, Any]) -> str:
        known = [definition.name() for definition in self.parameterDefinitions()]
        for name in parameters:
            if name.isupper() and name not in known:
                from difflib import get_close_matches  # not needed before somebody misspells

                if nearest := get_close_matches(name, known, n=1):
                    text = self.tr("There is no parameter {name}. Did you mean {nearest}?")
                    return text.format(name=name, nearest=nearest[0])
                text = self.tr("There is no parameter {name}. The parameters are: {names}.")
                return text.format(name=name, names=", ".join(known))
        return ""


def advanced(parameter: _Parameter) -> _Parameter:
    """The parameter, moved to the advanced ones: the simplest call does not need it."""
    parameter.setFlags(parameter.flags() | Qgis.ProcessingParameterFlag.Advanced)
    return parameter


def tell_losses(report: ProjectReport, host: Feedback) -> None:
    """Warnings for all that differs from the web map."""
    for entry in report.layers:
        for loss in entry.losses:
            host.warn(f"{entry.layer.title}: {notice_in_words(loss)}")
    for loss in report.notices:
        host.warn(notice_in_words(loss))


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Turns an error of the core into the one sentence that Processing shows.

    A fault of our own becomes one too; its traceback goes to the log, where a report can quote it.
    """
    try:
        yield
    except QgsProcessingException:
        raise
    except OfflineMapError as error:
        raise QgsProcessingException(in_words(error)) from error
    except Exception as error:
        QgsMessageLog.logMessage(traceback.format_exc(), "Offline Map Areas", Qgis.MessageLevel.Critical)
        text = QCoreApplication.translate(
            "Algorithm",
            "An unexpected error occurred in Offline Map Areas ({kind}). Please report it, with the "
            "details from the message log.",
        )
        raise QgsProcessingException(text.format(kind=type(error).__name__)) from error

"""May a portal in the internet lead to a host in a private network? The user is asked, once for each host."""

from __future__ import annotations

import threading

from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QMessageBox, QWidget


class _Asked:
    def __init__(self, portal: str, host: str, address: str) -> None:
        self.portal, self.host, self.address = portal, host, address
        self.agreed = False


class PrivateHostQuestion(QObject):
    """Asks in the GUI thread, for jobs in any thread.

    *Allow* is remembered in the settings, *Do Not Allow* as long as QGIS runs.
    """

    _wanted = pyqtSignal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__()  # no child of the window: a job that still runs may outlive the plugin
        self._window = window
        self._one_at_a_time = threading.Lock()
        self._refused: set[str] = set()
        self._is_closed = False
        self._wanted.connect(self._answer, Qt.ConnectionType.BlockingQueuedConnection)

    def consent(self, portal: str, host: str, address: str) -> bool:
        """A `core.portal.reach.Consent`; returns when the user has answered."""
        asked = _Asked(portal, host, address)
        if threading.current_thread() is threading.main_thread():
            self._answer(asked)
        else:
            with self._one_at_a_time:  # the open question serves events, others like it among them
                self._wanted.emit(asked)
        return asked.agreed

    def close(self) -> None:
        """Nobody is asked any more: who still waits hears *no*."""
        self._is_closed = True

    def _answer(self, asked: _Asked) -> None:
        from ...qgis_io.settings import private_hosts, set_private_hosts

        known = private_hosts()
        if asked.host in known or asked.host in self._refused or self._is_closed:
            asked.agreed = asked.host in known
            return
        asked.agreed = self._ask(asked)
        if asked.agreed:
            set_private_hosts([*private_hosts(), asked.host])
        else:
            self._refused.add(asked.host)

    def _ask(self, asked: _Asked) -> bool:
        from ..widgets.question import question_box

        text = self.tr("Allow the portal “{portal}” to use the host “{host}”?")
        more = self.tr(
            "The portal is on the internet; the host has the address {address}, in a private network or "
            "on this computer. Allow it only if it belongs to your organization: from then on, portals "
            "may refer to it. Allowed hosts are listed under Settings ▸ Options ▸ Offline Map Areas."
        )
        box = question_box(
            self._window,
            "offlineMapAreasPrivateHost",
            self.tr("Host in a Private Network"),
            text.format(portal=asked.portal, host=asked.host),
            more.format(address=asked.address),
            "hosts-in-private-networks",
        )
        allow = box.addButton(self.tr("&Allow"), QMessageBox.ButtonRole.AcceptRole)
        refuse = box.addButton(self.tr("&Do Not Allow"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(refuse)
        box.setEscapeButton(refuse)
        box.exec()
        return box.clickedButton() is allow

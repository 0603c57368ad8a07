"""Text, icon and tone of every status: total functions, and nothing else says them."""

from __future__ import annotations

from datetime import datetime, timezone
from enum import Enum
from typing import Optional

from qgis.PyQt.QtCore import QCoreApplication, QDate, QLocale

from ...core.offline_map.area_status import AreaStatus, ListState
from ...qgis_io.wording import as_html
from .actions import Action
from .area_row import AreaRow, Progress
from .local_area import LocalArea

_MEGABYTE = 1_000_000


class Tone(Enum):
    """How a state feels; colours of list and map follow from it."""

    QUIET = "quiet"  # nothing to do, nothing to worry about
    READY = "ready"
    BUSY = "busy"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


# Which state has which look. The icon is the name of a file in resources/status.
_LOOKS: dict[AreaStatus, tuple[str, Tone]] = {
    AreaStatus.NOT_LOADED: ("circle", Tone.QUIET),
    AreaStatus.LOADING: ("clock", Tone.QUIET),
    AreaStatus.LOAD_FAILED: ("warning", Tone.BAD),
    AreaStatus.PACKAGING: ("clock", Tone.QUIET),
    AreaStatus.PACKAGING_FAILED: ("warning", Tone.WARNING),
    AreaStatus.READY: ("download", Tone.READY),
    AreaStatus.QUEUED: ("clock", Tone.BUSY),
    AreaStatus.DOWNLOADING: ("download", Tone.BUSY),
    AreaStatus.PAUSED: ("pause", Tone.WARNING),
    AreaStatus.DOWNLOAD_FAILED: ("warning", Tone.BAD),
    AreaStatus.TAKEN: ("download", Tone.BUSY),
    AreaStatus.DOWNLOADED: ("check", Tone.GOOD),
    AreaStatus.UPDATE_AVAILABLE: ("update", Tone.READY),
    AreaStatus.LOCAL_EDITS: ("edit", Tone.WARNING),
    AreaStatus.UPDATING: ("update", Tone.BUSY),
    AreaStatus.SYNCING: ("update", Tone.BUSY),
    AreaStatus.FINISHING: ("clock", Tone.BUSY),
    AreaStatus.DAMAGED: ("warning", Tone.BAD),
    AreaStatus.GONE: ("cross", Tone.WARNING),
}

_LIST_ICONS: dict[ListState, str] = {
    ListState.NOT_ASKED: "map",
    ListState.LOADING: "clock",
    ListState.SIGN_IN_REQUIRED: "key",
    ListState.NO_NETWORK: "offline",
    ListState.FAILED: "warning",
    ListState.OFFLINE_DISABLED: "map",
    ListState.NO_AREAS: "map",
    ListState.SHOWING: "map",
}


def icon_name(status: AreaStatus) -> str:
    """The icon of a status: a file of resources/status."""
    return _LOOKS[status][0]


def tone(status: AreaStatus) -> Tone:
    """How a status feels."""
    return _LOOKS[status][1]


def list_icon_name(state: ListState) -> str:
    """The icon of a list state: a file of resources/status."""
    return _LIST_ICONS[state]


_MOST_DAYS = 30  # above, a date says more


class Words:
    """The sentences, in the user's language; made where they are needed, it holds nothing."""

    def tr(self, text: str) -> str:
        return QCoreApplication.translate("Words", text)

    def status(self, status: AreaStatus) -> str:
        """What the state line of a row says."""
        return {
            AreaStatus.NOT_LOADED: self.tr("Not loaded"),
            AreaStatus.LOADING: self.tr("Loading"),
            AreaStatus.LOAD_FAILED: self.tr("Loading failed"),
            AreaStatus.PACKAGING: self.tr("Packaging"),
            AreaStatus.PACKAGING_FAILED: self.tr("Packaging failed"),
            AreaStatus.READY: self.tr("Ready to download"),
            AreaStatus.QUEUED: self.tr("Waiting to download"),
            AreaStatus.DOWNLOADING: self.tr("Downloading"),
            AreaStatus.PAUSED: self.tr("Paused"),
            AreaStatus.DOWNLOAD_FAILED: self.tr("Download failed"),
            AreaStatus.TAKEN: self.tr("Downloading elsewhere"),
            AreaStatus.DOWNLOADED: self.tr("Downloaded"),
            AreaStatus.UPDATE_AVAILABLE: self.tr("Update available"),
            AreaStatus.LOCAL_EDITS: self.tr("Local edits"),
            AreaStatus.UPDATING: self.tr("Updating"),
            AreaStatus.SYNCING: self.tr("Syncing"),
            AreaStatus.FINISHING: self.tr("Finishing"),
            AreaStatus.DAMAGED: self.tr("Damaged"),
            AreaStatus.GONE: self.tr("Gone from the portal"),
        }[status]

    def status_help(self, status: AreaStatus) -> str:
        """What a status means and what can be done: the tool tip of a row."""
        return {
            AreaStatus.NOT_LOADED: self.tr("The portal has not been asked about this area yet."),
            AreaStatus.LOADING: self.tr("The portal is being asked about this area."),
            AreaStatus.LOAD_FAILED: self.tr(
                "The portal's description of this area cannot be read. Try again."
            ),
            AreaStatus.PACKAGING: self.tr("The portal is preparing this area. Refresh the list later."),
            AreaStatus.PACKAGING_FAILED: self.tr(
                "The portal could not prepare this area. The web map's author has to set it up again."
            ),
            AreaStatus.READY: self.tr("This area can be downloaded."),
            AreaStatus.QUEUED: self.tr("This area will be downloaded as soon as another download has ended."),
            AreaStatus.DOWNLOADING: self.tr("This area is being downloaded. It can be paused."),
            AreaStatus.PAUSED: self.tr("The download is paused. Resume continues it."),
            AreaStatus.DOWNLOAD_FAILED: self.tr("The download failed. Try again."),
            AreaStatus.TAKEN: self.tr(
                "Another window of QGIS, or another program, is downloading this area."
            ),
            AreaStatus.DOWNLOADED: self.tr("This area is on this computer."),
            AreaStatus.UPDATE_AVAILABLE: self.tr(
                "This area is on this computer. The portal has newer packages of it: to get them, "
                "remove this one and download it again."
            ),
            AreaStatus.LOCAL_EDITS: self.tr("This area is on this computer, with edits not sent yet."),
            AreaStatus.UPDATING: self.tr("New data is being downloaded from the portal."),
            AreaStatus.SYNCING: self.tr(
                "Your edits are being sent to the portal, and changes by others are being downloaded. "
                "Nothing is lost if you stop."
            ),
            AreaStatus.FINISHING: self.tr("This offline map is being unregistered at its feature services."),
            AreaStatus.DAMAGED: self.tr(
                "A file of this offline map is damaged. The rest can still be opened. To repair the "
                "map, remove it and download it again."
            ),
            AreaStatus.GONE: self.tr("This area is no longer on the portal, or you may not see it."),
        }[status]

    def list_title(self, state: ListState) -> str:
        """The headline where there is no list."""
        return {
            ListState.NOT_ASKED: self.tr("Not loaded yet"),
            ListState.LOADING: self.tr("Loading map areas"),
            ListState.SIGN_IN_REQUIRED: self.tr("Sign-in required"),
            ListState.NO_NETWORK: self.tr("No connection"),
            ListState.FAILED: self.tr("Map areas could not be loaded"),
            ListState.OFFLINE_DISABLED: self.tr("Offline use is turned off"),
            ListState.NO_AREAS: self.tr("No map areas"),
            ListState.SHOWING: self.tr("Map areas"),
        }[state]

    def list_sentence(self, state: ListState) -> str:
        """What to do about it, in one sentence."""
        return {
            ListState.NOT_ASKED: self.tr("Refresh to ask the portal for the map areas of this web map."),
            ListState.LOADING: self.tr("The portal is being asked."),
            ListState.SIGN_IN_REQUIRED: self.tr("Choose how to sign in to this portal, then refresh."),
            ListState.NO_NETWORK: self.tr("The portal cannot be reached. Check the network, then refresh."),
            ListState.FAILED: self.tr("The portal answered with an error."),
            ListState.OFFLINE_DISABLED: self.tr(
                "The author of this web map has not enabled it for offline use."
            ),
            ListState.NO_AREAS: self.tr("The author of this web map has not prepared any map areas yet."),
            ListState.SHOWING: "",
        }[state]

    def list_footer(self, state: ListState) -> str:
        """The sentence below rows that stand there although the portal's answer does not."""
        return {
            ListState.NOT_ASKED: self.tr("Showing downloaded areas. Refresh to ask the portal."),
            ListState.LOADING: self.tr("Asking the portal…"),
            ListState.SIGN_IN_REQUIRED: self.tr("Sign in to see all areas. Showing downloaded areas only."),
            ListState.NO_NETWORK: self.tr("No internet connection. Showing downloaded areas only."),
            ListState.FAILED: self.tr("The portal answered with an error. Showing downloaded areas only."),
            ListState.OFFLINE_DISABLED: self.tr("Offline use is turned off. Showing downloaded areas only."),
            ListState.NO_AREAS: self.tr(
                "The portal has no map areas any more. Showing downloaded areas only."
            ),
            ListState.SHOWING: "",
        }[state]

    def action(self, action: Action) -> str:
        """The text of a button or menu item."""
        return {
            Action.DOWNLOAD: self.tr("Download…"),
            Action.PAUSE: self.tr("Pause"),
            Action.RESUME: self.tr("Resume"),
            Action.RETRY: self.tr("Retry"),
            Action.CANCEL: self.tr("Cancel Download"),
            Action.OPEN: self.tr("Open"),
            Action.CLOSE: self.tr("Close"),
            Action.PROJECT: self.tr("Open as Project"),
            Action.ZOOM: self.tr("Zoom to Area"),
            Action.UPDATE: self.tr("Update"),
            Action.SEND: self.tr("Only Send Edits"),
            Action.RECEIVE: self.tr("Only Download Changes"),
            Action.CHECK: self.tr("Check for Updates"),
            Action.STOP: self.tr("Stop"),
            Action.SAVE_EDITS: self.tr("Save Edits as File…"),
            Action.REVERT: self.tr("Revert Edits…"),
            Action.VERIFY: self.tr("Verify"),
            Action.DETAILS: self.tr("Details"),
            Action.FOLDER: self.tr("Show Folder"),
            Action.FORGET: self.tr("Remove from List"),
            Action.REMOVE: self.tr("Remove…"),
            Action.FINISH: self.tr("Finish…"),
            Action.RELOAD: self.tr("Refresh"),
            Action.CHOOSE: self.tr("Choose Web Map…"),
            Action.CONNECTIONS: self.tr("Sign In…"),
            Action.UNLOCK: self.tr("Unlock…"),
        }[action]

    def edits(self, row: AreaRow) -> str:
        """How many edits no portal has, where the status of a row does not tell it; else an empty text."""
        hidden = row.local.edits and row.status is not AreaStatus.LOCAL_EDITS
        return QLocale().toString(row.local.edits) if hidden else ""

    def state(self, row: AreaRow) -> str:
        """The state of a row in a few words, with its percent or whether it is open."""
        text = self.status(row.status)
        if row.status is AreaStatus.LOCAL_EDITS:
            text = f"{text} ({QLocale().toString(row.local.edits)})"
        if row.progress is not None and row.progress.waits:
            return self.tr("Waiting")
        if row.progress is not None:
            return self.tr("{state}, {percent} %").format(state=text, percent=round(row.progress.percent))
        return self.tr("{state}, open").format(state=text) if row.is_open else text

    def state_line(self, row: AreaRow) -> str:
        """All that is to be told of the state of a row, in one line."""
        text, count = self.state(row), self.edits(row)
        return self.tr("{state}, local edits ({count})").format(state=text, count=count) if count else text

    def state_help(self, row: AreaRow) -> list[str]:
        """What the state means, or why it is so, and what becomes of edits; a sentence or more each."""
        waits_for = row.progress.reason if row.progress else ""
        return [waits_for or row.reason or self._status_help(row), *self.edits_help(row.here)]

    def _status_help(self, row: AreaRow) -> str:
        if row.status is AreaStatus.UPDATE_AVAILABLE and row.here is not None and row.here.is_registered:
            return self.tr(
                "This area is on this computer. Others have changed features in it: Update downloads "
                "the changes."
            )
        return self.status_help(row.status)

    def edits_help(self, here: Optional[LocalArea]) -> list[str]:
        """What becomes of edits where an offline map is removed; nothing where it has none."""
        if here is None or not here.local.edits:
            return []
        text = self.tr("Edits not sent yet: {count}. Removing the offline map deletes them.")
        if here.is_registered:
            text = self.tr("Edits not sent yet: {count}. Update sends them.")
        return [text.format(count=QLocale().toString(here.local.edits))]

    def whose(self, here: Optional[LocalArea]) -> str:
        """That a map is none that this profile downloaded, so that it cannot be removed; else empty."""
        return self.tr("from elsewhere") if here and here.local.is_map and not here.is_own else ""

    def facts_line(self, row: AreaRow, now: datetime) -> str:
        """Size and age, as far as they are known; of a job, how far it is; where something is wrong, why."""
        told = self._progress_line(row.progress) if row.progress else ""
        if told:
            return told
        if row.reason and tone(row.status) is Tone.BAD:
            return row.reason
        size = size_in_words(row.size) if row.size else ""
        if not row.local.is_map and row.bytes_staged:
            text = self.tr("{there} of {size} downloaded") if size else self.tr("{there} downloaded")
            return text.format(there=size_in_words(row.bytes_staged), size=size)
        return " · ".join(filter(None, (size, self.age(row, now), self.whose(row.here))))

    def _progress_line(self, progress: Progress) -> str:
        """How long a job waits, and why; else bytes and speed of what is received; else what it does."""
        if progress.waits:
            text = self.tr("Trying again in {seconds} s").format(seconds=progress.waits)
            return " · ".join(filter(None, (text, progress.reason)))
        if not progress.total:
            return progress.text
        there = _in_unit_of(progress.total, progress.there)
        text = self.tr("{there} of {size}").format(there=there, size=size_in_words(progress.total))
        return f"{text} · {speed_in_words(progress.speed)}" if progress.speed else text

    def age(self, row: AreaRow, now: datetime) -> str:
        """When it was downloaded, or else packaged, in days of this computer's calendar."""
        if row.downloaded is not None:
            return self._days(row.downloaded, now, self._downloaded())
        return self._days(row.packaged, now, self._packaged()) if row.packaged else ""

    def _downloaded(self) -> tuple[str, str, str, str]:
        return (
            self.tr("downloaded today"),
            self.tr("downloaded yesterday"),
            self.tr("downloaded {days} days ago"),
            self.tr("downloaded on {date}"),
        )

    def _packaged(self) -> tuple[str, str, str, str]:
        return (
            self.tr("packaged today"),
            self.tr("packaged yesterday"),
            self.tr("packaged {days} days ago"),
            self.tr("packaged on {date}"),
        )

    @staticmethod
    def _days(moment: datetime, now: datetime, texts: tuple[str, str, str, str]) -> str:
        """`texts` tell of today, of yesterday, of days ago, and of a date long ago or in the future."""
        day = moment.astimezone().date()
        days = (now.astimezone().date() - day).days
        if days in (0, 1):
            return texts[days]
        if 1 < days <= _MOST_DAYS:
            return texts[2].format(days=days)
        return texts[3].format(date=QLocale().toString(QDate(day), QLocale.FormatType.ShortFormat))

    def spoken(self, row: AreaRow) -> str:
        """All of a row for those who hear it."""
        facts = self.facts_line(row, datetime.now(timezone.utc))
        return ", ".join(filter(None, (row.title, self.state_line(row), facts)))

    def tool_tip(self, row: AreaRow) -> str:
        """All that a narrow row cuts, what the state means, and the error where there is one; as rich text,
        which wraps, and with every text from outside escaped.
        """
        facts = self.facts_line(row, datetime.now(timezone.utc))
        line = self.state_line(row) if facts == row.reason else f"{self.state_line(row)} · {facts}"
        told = (row.title, row.snippet, line.rstrip(" ·"), *self.state_help(row))
        title, *others = (as_html(text) for text in told if text)
        return f"<p><b>{title}</b></p>" + "".join(f"<p>{text}</p>" for text in others)


def size_in_words(size: int) -> str:
    """Bytes as kB, MB or GB in the user's number format; decimal, as portals and disks count them."""
    return QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def speed_in_words(speed: float) -> str:
    """Bytes a second, as sizes are told; whole kB."""
    text = QCoreApplication.translate("Words", "{size}/s", "bytes a second")
    digits = 1 if speed >= _MEGABYTE else 0
    size = QLocale().formattedDataSize(round(speed), digits, QLocale.DataSizeFormat.DataSizeSIFormat)
    return text.format(size=size)


def _in_unit_of(total: int, there: int) -> str:
    """The number of bytes in the unit in which `size_in_words` tells the total."""
    unit = 1
    while total >= 1000 * unit:
        unit *= 1000
    return QLocale().toString(there / unit, "f", 1 if unit > 1 else 0)


def duration_in_words(seconds: float) -> str:
    """About how long: seconds in tens once there are many, minutes, hours."""
    translate = QCoreApplication.translate
    if seconds < 10:
        return translate("Words", "{count} s", "seconds").format(count=max(1, round(seconds)))
    if seconds < 95:
        return translate("Words", "{count} s", "seconds").format(count=round(seconds / 10) * 10)
    if seconds < 95 * 60:
        return translate("Words", "{count} min", "minutes").format(count=round(seconds / 60))
    return translate("Words", "{count} h", "hours").format(count=round(seconds / 3600))

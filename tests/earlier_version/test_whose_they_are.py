"""The maps that version 0.1.0 listed are this profile's own: they can be removed. What came later cannot."""

import shutil

from plugin.core.offline_map.local_maps import read_local_map
from plugin.qgis_io.made_here import is_downloaded_here, note_earlier_downloads
from plugin.qgis_io.settings import offline_map_folders, remember_offline_map


def own(folder):
    return is_downloaded_here(folder, read_local_map(folder).finished)


def test_what_it_listed_was_downloaded_by_this_profile(earlier, profile_settings, tmp_path):
    earlier.restore_settings("https://gis.example.org/portal")
    note_earlier_downloads()
    listed = offline_map_folders()
    assert {folder.name: own(folder) for folder in listed} == {
        folder.name: folder.suffix != ".mmpk" for folder in listed
    }
    theirs = tmp_path / "vom Kollegen"
    shutil.copytree(listed[-1], theirs)
    remember_offline_map(theirs)
    note_earlier_downloads()  # at the next start
    assert not own(theirs)
    assert own(listed[-1])

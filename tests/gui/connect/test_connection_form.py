"""The form of a connection and the box to choose one from."""

import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialogButtonBox, QLabel, QMessageBox, QPushButton

from plugin.gui.connections.box import ConnectionsBox
from plugin.gui.connections.form import ConnectionDialog
from plugin.gui.options.options_factory import OptionsFactory
from plugin.qgis_io.connections import (
    ARCGIS_ONLINE_TITLE,
    Connection,
    find_connection,
    save_connection,
)
from plugin.qgis_io.settings import parallel_downloads, root_folder
from plugin.qgis_io.stored_sign_in import SignInWay
from tests.portal import Html

from .conftest import give_master_password, in_dialog, wait_for

OK = QDialogButtonBox.StandardButton.Ok


@pytest.fixture
def form(questions, running):
    made = ConnectionDialog(questions, Connection("", running.url))
    made.show()
    made.activateWindow()
    yield made
    made.reject()


def type_user(form, user, password):
    choose_way(form, SignInWay.USER)
    for edit, text in ((form.sign_in.user_edit, user), (form.sign_in.password_edit, password)):
        edit.clear()
        QTest.keyClicks(edit, text)


def choose_way(form, way):
    form.sign_in.way_choice.setCurrentIndex(form.sign_in.way_choice.findData(way))


def outcome_of_test(form):
    form.testButton.click()
    wait_for(lambda: not form.resultText.text().startswith("Asking"))
    return form.resultText.text()


def default_button(form):
    found = [one.text() for one in form.findChildren(QPushButton) if one.isDefault()]
    return found[0] if len(found) == 1 else found


def test_it_finds_the_portal_says_that_nobody_is_signed_in_and_proposes_a_title(form):
    assert outcome_of_test(form) == "Found “Portal stand-in”.\nPublic items only"
    assert form.titleEdit.text() == ""
    assert form.titleEdit.placeholderText() == "Portal stand-in"


def test_it_completes_the_address(form, running):
    form.urlEdit.setText(running.url.removesuffix("/portal"))
    outcome_of_test(form)
    assert form.urlEdit.text() == running.url


def test_enter_saves_what_the_portal_accepts(form, running):
    QTest.keyClick(form.urlEdit, Qt.Key.Key_Return)
    wait_for(lambda: form.result() == form.DialogCode.Accepted)
    assert form.saved == find_connection("Portal stand-in") == Connection("Portal stand-in", running.url)


def test_a_test_stores_nothing_and_then_the_default_is_to_save(form, auth_store):
    known = set(auth_store.configIds())
    type_user(form, "guest", "guest-pass-3")
    assert outcome_of_test(form).endswith("\nSigned in as Guest")
    assert default_button(form) == "&Save"
    assert set(auth_store.configIds()) == known
    QTest.keyClick(form.sign_in.password_edit, Qt.Key.Key_Return)
    (made,) = set(auth_store.configIds()) - known
    assert form.saved.authcfg == made
    _loaded, config = auth_store.loadAuthenticationConfig(made, QgsAuthMethodConfig(), True)
    assert (config.method(), config.configMap()["username"]) == ("Basic", "guest")
    assert config.uri() == form.saved.url
    auth_store.removeAuthenticationConfig(made)


def test_it_says_what_is_wrong_and_keeps_what_was_typed(form, running):
    type_user(form, "guest", "other")
    QTest.keyClick(form.sign_in.password_edit, Qt.Key.Key_Return)
    wait_for(lambda: "does not accept this user name and password" in form.resultText.text())
    assert form.isVisible()
    assert (form.sign_in.user_edit.text(), form.sign_in.password_edit.text()) == ("guest", "other")
    assert default_button(form) == "T&est Connection"
    assert form.buttonBox.button(OK).text() == "&Save Anyway"
    QTest.keyClick(form.sign_in.password_edit, Qt.Key.Key_Return)  # tests again, saves nothing
    wait_for(lambda: not form.resultText.text().startswith("Asking"))
    assert form.isVisible()
    choose_way(form, SignInWay.NOBODY)
    running.fault("*", Html(), times=None)
    assert "No portal answers" in outcome_of_test(form)
    form.urlEdit.setText("http://127.0.0.1:9")
    assert "refused the connection" in outcome_of_test(form)
    form.urlEdit.setText("mailto:me")
    form.testButton.click()
    assert "not the address of a portal" in form.resultText.text()


def test_a_test_is_out_of_date_once_something_is_changed(form, running):
    outcome_of_test(form)
    form.urlEdit.setText("https://elsewhere.example")
    assert form.resultText.text() == ""
    assert default_button(form) == "&Save"


def test_plain_http_is_warned_of_when_something_secret_would_travel(form):
    assert not form.plainTextWarning.isVisible()
    choose_way(form, SignInWay.USER)
    assert form.plainTextWarning.isVisible()
    form.urlEdit.setText("https://gis.town.example")
    assert not form.plainTextWarning.isVisible()


def test_what_cannot_be_saved_keeps_the_form_open(form):
    form.titleEdit.setText(ARCGIS_ONLINE_TITLE)
    outcome_of_test(form)
    form.buttonBox.button(OK).click()
    assert form.isVisible()
    assert "already" in form.resultText.text()
    form.titleEdit.setText("Town")
    form.buttonBox.button(OK).click()
    assert form.result() == form.DialogCode.Accepted


def test_a_portal_that_is_away_can_be_saved_all_the_same(form, questions):
    form.urlEdit.setText("http://127.0.0.1:9/portal")
    form.buttonBox.button(OK).click()
    wait_for(lambda: form.buttonBox.button(OK).text() == "&Save Anyway")
    form.buttonBox.button(OK).click()
    assert find_connection("127.0.0.1:9").url == "http://127.0.0.1:9/portal"


def test_arcgis_online_keeps_title_and_address(questions):
    form = ConnectionDialog(
        questions, Connection(ARCGIS_ONLINE_TITLE, "https://x.example"), ARCGIS_ONLINE_TITLE
    )
    assert form.titleEdit.isReadOnly()
    assert form.urlEdit.isReadOnly()
    assert form.buttonBox.button(OK).isEnabled()
    form.reject()


def test_it_is_reached_by_keyboard(form):
    labels = [label for label in form.findChildren(QLabel) if label.buddy() and label.isVisible()]
    texts = [label.text() for label in labels] + [form.testButton.text(), form.buttonBox.button(OK).text()]
    mnemonics = [text.split("&")[1][0].lower() for text in texts]
    assert len(labels) == 3
    assert len(set(mnemonics)) == len(mnemonics)


def test_the_ways_to_sign_in_stand_in_the_order_of_use(form):
    choice = form.sign_in.way_choice
    assert [choice.itemText(row) for row in range(choice.count())] == [
        "User and password",
        "Browser (OAuth2)",
        "Certificate",
        "Other configuration of QGIS",
        "Without signing in: public items only",
    ]
    assert form.sign_in.way is SignInWay.NOBODY  # nobody said otherwise


def test_another_password_is_put_into_the_portals_own_configuration_and_beside_others(
    questions, running, stored, auth_store
):
    shared = stored("Basic", username="guest", password="guest-pass-3")
    connection = save_connection(Connection("Town", running.url, shared))
    saved = saved_after(questions, connection, "ranger", "map-maker-1")
    assert saved.authcfg != shared
    assert auth_store.availableAuthMethodConfigs()[shared].name() == "test Basic"
    again = saved_after(questions, saved, "guest", "guest-pass-3")
    assert again.authcfg == saved.authcfg
    auth_store.removeAuthenticationConfig(saved.authcfg)


def saved_after(questions, connection, user, password):
    form = ConnectionDialog(questions, connection, connection.title)
    form.show()
    wait_for(lambda: "Signed in as" in form.resultText.text())  # said at once
    type_user(form, user, password)
    QTest.keyClick(form.sign_in.password_edit, Qt.Key.Key_Return)
    wait_for(lambda: form.saved is not None)
    return form.saved


def test_a_locked_configuration_is_shown_once_it_is_unlocked(questions, running, stored, locked):
    config = stored("Basic", username="guest", password="guest-pass-3")
    connection = save_connection(Connection("Town", running.url, config))
    locked()
    form = ConnectionDialog(questions, connection, "Town")
    form.show()
    assert form.sign_in.way is SignInWay.USER
    assert form.sign_in.unlock_button.isVisible()
    assert running.asked() == []
    in_dialog(lambda prompt: QTest.keyClick(prompt, Qt.Key.Key_Escape))
    form.sign_in.unlock_button.click()
    assert form.sign_in.unlock_button.isVisible()
    in_dialog(give_master_password)
    form.sign_in.unlock_button.click()
    assert form.sign_in.user_edit.text() == "guest"
    wait_for(lambda: "Signed in as Guest" in form.resultText.text())
    form.reject()


def test_a_cancelled_master_password_loses_nothing(form, locked):
    locked()
    type_user(form, "guest", "guest-pass-3")
    in_dialog(lambda prompt: QTest.keyClick(prompt, Qt.Key.Key_Escape))
    QTest.keyClick(form.sign_in.password_edit, Qt.Key.Key_Return)
    wait_for(lambda: "could not store the sign-in" in form.resultText.text())
    assert (form.sign_in.user_edit.text(), form.sign_in.password_edit.text()) == ("guest", "guest-pass-3")
    in_dialog(give_master_password)
    QTest.keyClick(form.sign_in.password_edit, Qt.Key.Key_Return)
    wait_for(lambda: form.saved is not None)
    QgsApplication.authManager().removeAuthenticationConfig(form.saved.authcfg)


def test_the_browser_way_makes_a_configuration_that_qgis_understands(form, auth_store):
    known = set(auth_store.configIds())
    form.urlEdit.setText("https://gis.town.example/portal/home/index.html")
    choose_way(form, SignInWay.BROWSER)
    form.sign_in.client_edit.setText(" crews01 ")
    made = form.sign_in.store(form.urlEdit.text())
    config = auth_store.availableAuthMethodConfigs()[made]
    assert (config.name(), config.method()) == ("gis.town.example (OAuth2)", "OAuth2")
    loaded, whole = auth_store.loadAuthenticationConfig(made, QgsAuthMethodConfig(), True)
    assert loaded
    assert '"clientId": "crews01"' in whole.config("oauth2config")
    assert "https://gis.town.example/portal/sharing/rest/oauth2/authorize" in whole.config("oauth2config")
    form.reject()  # and nothing of it stays
    assert set(auth_store.configIds()) == known


@pytest.fixture
def box(questions, visitor):
    return ConnectionsBox(questions)


def test_the_box_shows_arcgis_online_first_and_keeps_it(box):
    assert [box.choice.itemText(row) for row in range(box.choice.count())] == [ARCGIS_ONLINE_TITLE, "Town"]
    assert box.connection().title == ARCGIS_ONLINE_TITLE
    assert not box.remove_button.isEnabled()


def test_the_box_tells_every_other_choice_once(box):
    told = []
    box.connection_changed.connect(lambda one: told.append(one.title))
    box.set_connection("Town")
    box.set_connection("Nowhere")
    box.reload()
    assert told == ["Town"]


def test_a_connection_is_made_changed_and_removed(box, running):
    told = []
    box.connection_changed.connect(lambda one: told.append((one.title, one.url)))

    def fill(title, url):
        def act(dialog):
            dialog.titleEdit.setText(title)
            dialog.urlEdit.setText(url)
            dialog._is_answered = True
            dialog.buttonBox.button(OK).click()

        return act

    in_dialog(fill("Harbour", "https://harbour.example"))
    box.new_button.click()
    in_dialog(fill("Port", "https://port.example"))
    box.edit_button.click()
    assert find_connection("Harbour") is None
    assert told == [("Harbour", "https://harbour.example"), ("Port", "https://port.example")]
    in_dialog(lambda dialog: dialog.button(QMessageBox.StandardButton.Cancel).click())
    box.remove_button.click()
    assert box.connection().title == "Port"
    in_dialog(lambda dialog: dialog.button(QMessageBox.StandardButton.Yes).click())
    box.remove_button.click()
    assert find_connection("Port") is None
    assert box.connection().title == ARCGIS_ONLINE_TITLE


def test_the_page_in_the_options(questions, ranger, tmp_path):
    factory, changes = OptionsFactory(lambda: questions), []
    factory.changed.connect(lambda: changes.append(1))
    page = factory.createWidget()
    tree = page.form.connectionsTree
    rows = [[tree.topLevelItem(row).text(column) for column in range(3)] for row in range(2)]
    assert rows == [
        [ARCGIS_ONLINE_TITLE, "https://www.arcgis.com", ""],
        ["Town office", ranger.url, "test Basic"],
    ]
    assert not page.form.removeButton.isEnabled()
    tree.setCurrentItem(tree.topLevelItem(1))
    in_dialog(lambda dialog: dialog.button(QMessageBox.StandardButton.Yes).click())
    page.form.removeButton.click()
    assert tree.topLevelItemCount() == 1
    page.form.rootWidget.setFilePath(str(tmp_path))
    page.form.parallelSpin.setValue(4)
    assert (parallel_downloads(), root_folder() == tmp_path) == (2, False)
    page.apply()
    assert (parallel_downloads(), root_folder()) == (4, tmp_path)
    assert len(changes) == 2


def test_the_form_unlocks_nothing_by_being_shown(questions, qgis_app):
    manager = QgsApplication.authManager()
    was = manager.masterPasswordIsSet()
    ConnectionDialog(questions, Connection("", "")).show()
    ConnectionsBox(questions)
    assert manager.masterPasswordIsSet() == was

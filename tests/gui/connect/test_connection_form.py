"""The form of a connection and the box to choose one from."""

import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox, QLabel, QMessageBox

from plugin.gui.connections.box import ConnectionsBox
from plugin.gui.connections.form import ConnectionDialog
from plugin.gui.connections.oauth_recipe import OAuthRecipe
from plugin.gui.options.options_factory import OptionsFactory
from plugin.qgis_io.connections import ARCGIS_ONLINE_TITLE, Connection, connections, find_connection
from plugin.qgis_io.settings import parallel_downloads, root_folder
from tests.portal import Html

from .conftest import wait_for

OK = QDialogButtonBox.StandardButton.Ok


@pytest.fixture
def form(questions, running):
    return ConnectionDialog(questions, Connection("", running.url))


def outcome_of_test(form):
    form.testButton.click()
    wait_for(form.testButton.isEnabled)
    return form.resultText.text()


def in_dialog(act):
    """`act(dialog)` as soon as a modal dialog is up."""

    def when_up():
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(10, when_up)
        else:
            act(dialog)

    QTimer.singleShot(0, when_up)


def test_it_finds_the_portal_and_says_that_nobody_is_signed_in(form):
    assert outcome_of_test(form) == "Found “Portal stand-in”.\nPublic items only"
    assert form.titleEdit.text() == "Portal stand-in"


def test_it_completes_the_address(form, running):
    form.urlEdit.setText(running.url.removesuffix("/portal"))
    outcome_of_test(form)
    assert form.urlEdit.text() == running.url


def test_it_says_who_is_signed_in(form, stored):
    form.authenticationSelect.setConfigId(stored("Basic", username="guest", password="guest-pass-3"))
    assert outcome_of_test(form).endswith("\nSigned in as Guest")


def test_it_says_what_is_wrong(form, running, stored):
    form.authenticationSelect.setConfigId(stored("Basic", username="guest", password="other"))
    assert "does not accept this user name and password" in outcome_of_test(form)
    form.authenticationSelect.setConfigId("")
    running.fault("*", Html(), times=None)
    assert "No portal answers" in outcome_of_test(form)
    form.urlEdit.setText("http://127.0.0.1:9")
    assert "refuses the connection" in outcome_of_test(form)
    form.urlEdit.setText("mailto:me")
    form.testButton.click()
    assert "not the address of a portal" in form.resultText.text()


def test_a_test_is_out_of_date_once_something_is_changed(form, running):
    outcome_of_test(form)
    form.titleEdit.setText("Other")
    assert form.resultText.text() == ""
    form.testButton.click()
    form.urlEdit.setText("https://elsewhere.example")
    assert form.resultText.text() == ""
    wait_for(lambda: len(running.asked("/portals/self")) >= 1)
    assert form.testButton.isEnabled()


def test_plain_http_is_warned_of_when_something_secret_would_travel(form, stored):
    form.show()
    assert not form.plainTextWarning.isVisible()
    form.authenticationSelect.setConfigId(stored("Basic", username="guest", password="p"))
    assert form.plainTextWarning.isVisible()
    form.urlEdit.setText("https://gis.town.example")
    assert not form.plainTextWarning.isVisible()


def test_what_cannot_be_saved_keeps_the_form_open(form):
    ok = form.buttonBox.button(OK)
    assert not ok.isEnabled()
    form.titleEdit.setText(ARCGIS_ONLINE_TITLE)
    form.show()
    ok.click()
    assert form.isVisible()
    assert "already" in form.resultText.text()
    form.titleEdit.setText("Town")
    ok.click()
    assert form.result() == form.DialogCode.Accepted


def test_arcgis_online_keeps_title_and_address(questions):
    form = ConnectionDialog(questions, connections()[0], ARCGIS_ONLINE_TITLE)
    assert form.titleEdit.isReadOnly()
    assert form.urlEdit.isReadOnly()
    assert form.buttonBox.button(OK).isEnabled()


def test_it_is_reached_by_keyboard(form):
    labels = [label for label in form.findChildren(QLabel) if label.buddy()]
    assert {label.buddy().objectName() for label in labels} == {
        "titleEdit",
        "urlEdit",
        "authenticationSelect",
    }
    texts = [label.text() for label in labels] + [form.testButton.text()]
    mnemonics = [text.split("&")[1][0].lower() for text in texts]
    assert len(set(mnemonics)) == 4
    for widget in (form.titleEdit, form.urlEdit, form.authenticationSelect, form.testButton):
        assert widget.toolTip()


def test_the_browser_recipe_makes_a_configuration_that_qgis_understands(form, auth_store):
    def create(recipe):
        assert isinstance(recipe, OAuthRecipe)
        assert "https://gis.town.example/portal/sharing/rest/oauth2/authorize" in recipe.steps.toPlainText()
        assert not recipe.buttonBox.button(OK).isEnabled()
        recipe.clientEdit.setText(" crews01 ")
        recipe.buttonBox.button(OK).click()

    form.urlEdit.setText("https://gis.town.example/portal/home/index.html")
    in_dialog(create)
    form.recipeLink.linkActivated.emit("oauth")
    made = form.authenticationSelect.configId()
    config = auth_store.availableAuthMethodConfigs()[made]
    assert (config.name(), config.method()) == ("gis.town.example (browser)", "OAuth2")
    loaded, whole = auth_store.loadAuthenticationConfig(made, QgsAuthMethodConfig(), True)
    assert loaded
    assert '"clientId": "crews01"' in whole.config("oauth2config")
    auth_store.removeAuthenticationConfig(made)


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

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Algorithm</name>
    <message>
        <source>An unexpected error occurred in Offline Map Areas ({kind}). Please report it, with the details from the message log.</source>
        <translation>In Offline Map Areas ist ein unerwarteter Fehler aufgetreten ({kind}). Bitte melden Sie ihn mit den Details aus dem Nachrichtenprotokoll.</translation>
    </message>
    <message>
        <source>Offline map</source>
        <translation>Offline-Karte</translation>
    </message>
    <message>
        <source>Offline map (package.info *.mmpk);;All files (*)</source>
        <translation>Offline-Karte (package.info *.mmpk);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>There is no parameter {name}. Did you mean {nearest}?</source>
        <translation>Einen Parameter {name} gibt es nicht. Meinten Sie {nearest}?</translation>
    </message>
    <message>
        <source>There is no parameter {name}. The parameters are: {names}.</source>
        <translation>Einen Parameter {name} gibt es nicht. Bekannt sind: {names}.</translation>
    </message>
</context>
<context>
    <name>ApplySavedEdits</name>
    <message>
        <source>Applies saved edits to an offline map; the next update sends them.</source>
        <translation>Wendet gespeicherte Änderungen auf eine Offline-Karte an; die nächste Aktualisierung sendet sie.</translation>
    </message>
    <message>
        <source>Apply saved edits</source>
        <translation>Gespeicherte Änderungen anwenden</translation>
    </message>
    <message>
        <source>Edits</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Reads a GeoPackage written by “Export local edits” or by an update, and applies its edits to the offline map, which may have been downloaded again since. Features are found by their GlobalIDs; only the fields that had been changed are written. Edits that cannot be applied are left out and named in the log.

Offline map: the folder of a map that was downloaded with this plugin, or its package.info.
Saved edits: the GeoPackage; it is not changed.

Edits: the number of edits applied.</source>
        <translation>Liest ein GeoPackage, das „Lokale Änderungen exportieren“ oder eine Aktualisierung geschrieben hat, und macht seine Änderungen zu Änderungen der Offline-Karte, die seither neu heruntergeladen sein darf. Objekte werden an ihrer GlobalID erkannt; von einem geänderten werden nur die Felder geschrieben, die geändert waren. Was nicht angewendet werden kann, wird genannt und ausgelassen.

Offline-Karte: der Ordner einer Karte, die mit dieser Erweiterung heruntergeladen wurde, oder deren package.info.
Gespeicherte Änderungen: das GeoPackage; es wird nicht verändert.

Änderungen: wie viele angewendet wurden.</translation>
    </message>
    <message>
        <source>Saved edits</source>
        <translation>Gespeicherte Änderungen</translation>
    </message>
    <message>
        <source>arcgis,offline,map area,edits,apply,restore,geopackage</source>
        <translation>arcgis,offline,kartengebiet,änderungen,anwenden,wiederherstellen,geopackage</translation>
    </message>
</context>
<context>
    <name>AreaActions</name>
    <message>
        <source>The portal has newer packages of “{title}”. To get them, remove it and download it again.</source>
        <translation>Das Portal hat neuere Pakete von „{title}“. Um sie zu bekommen, entfernen Sie es und laden Sie es erneut herunter.</translation>
    </message>
    <message>
        <source>The portal has not finished the packages of “{title}” yet. Check again later.</source>
        <translation>Das Portal hat die Pakete von „{title}“ noch nicht fertiggestellt. Prüfen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>“{title}” is up to date.</source>
        <translation>„{title}“ ist auf dem neuesten Stand.</translation>
    </message>
    <message>
        <source>“{title}” removed.</source>
        <translation>„{title}“ entfernt.</translation>
    </message>
</context>
<context>
    <name>AreaDelegate</name>
    <message>
        <source>More actions</source>
        <translation>Weitere Aktionen</translation>
    </message>
</context>
<context>
    <name>AreaEntries</name>
    <message>
        <source>Check Selected Areas for Updates ({count})</source>
        <translation>Nach Aktualisierungen der gewählten Gebiete suchen ({count})</translation>
    </message>
    <message>
        <source>Close Selected Areas ({count})</source>
        <translation>Gewählte Gebiete schließen ({count})</translation>
    </message>
    <message>
        <source>Download Selected Areas ({count})…</source>
        <translation>Gewählte Gebiete herunterladen ({count}) …</translation>
    </message>
    <message>
        <source>Open Selected Areas ({count})</source>
        <translation>Gewählte Gebiete öffnen ({count})</translation>
    </message>
    <message>
        <source>Pause Selected Downloads ({count})</source>
        <translation>Gewählte Downloads anhalten ({count})</translation>
    </message>
    <message>
        <source>Resume Selected Downloads ({count})</source>
        <translation>Gewählte Downloads fortsetzen ({count})</translation>
    </message>
    <message>
        <source>Update One Way</source>
        <translation>In eine Richtung aktualisieren</translation>
    </message>
    <message>
        <source>Verify Selected Areas ({count})</source>
        <translation>Gewählte Gebiete prüfen ({count})</translation>
    </message>
    <message>
        <source>Zoom to Selected Areas ({count})</source>
        <translation>Auf gewählte Gebiete zoomen ({count})</translation>
    </message>
</context>
<context>
    <name>AreaLocatorFilter</name>
    <message>
        <source>Map Areas</source>
        <translation>Kartengebiete</translation>
    </message>
</context>
<context>
    <name>AreaPane</name>
    <message>
        <source>By Title</source>
        <translation>Nach Titel</translation>
    </message>
    <message>
        <source>Downloaded First</source>
        <translation>Heruntergeladene zuerst</translation>
    </message>
    <message>
        <source>Largest First</source>
        <translation>Größte zuerst</translation>
    </message>
    <message>
        <source>Newest First</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>No area matches the search or is in view.</source>
        <translation>Kein Gebiet passt zur Suche oder liegt im Kartenausschnitt.</translation>
    </message>
    <message>
        <source>No matches</source>
        <translation>Keine Treffer</translation>
    </message>
    <message>
        <source>Only Areas in View</source>
        <translation>Nur Gebiete im Kartenausschnitt</translation>
    </message>
    <message>
        <source>Show only the areas that the map shows</source>
        <translation>Nur die Gebiete zeigen, die die Karte zeigt</translation>
    </message>
    <message>
        <source>Sort</source>
        <translation>Sortieren</translation>
    </message>
</context>
<context>
    <name>AreasPage</name>
    <message>
        <source>Areas: {areas} · on this computer: {here}</source>
        <translation>Gebiete: {areas} · auf diesem Computer: {here}</translation>
    </message>
    <message>
        <source>Ask the portal for the map areas again</source>
        <translation>Das Portal erneut nach den Kartengebieten fragen</translation>
    </message>
    <message>
        <source>Choose Web Map…</source>
        <translation>Webkarte wählen …</translation>
    </message>
    <message>
        <source>Choose another web map</source>
        <translation>Eine andere Webkarte wählen</translation>
    </message>
    <message>
        <source>Map areas</source>
        <translation>Kartengebiete</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Public items only</source>
        <translation>Nur öffentliche Elemente</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Search areas</source>
        <translation>Gebiete suchen</translation>
    </message>
    <message>
        <source>Signed in as {user}</source>
        <translation>Angemeldet als {user}</translation>
    </message>
    <message>
        <source>The portal did not report every area.</source>
        <translation>Das Portal hat nicht über jedes Gebiet Auskunft gegeben.</translation>
    </message>
    <message>
        <source>Trying again in {seconds} s.</source>
        <translation>Nächster Versuch in {seconds} s.</translation>
    </message>
    <message>
        <source>Web map: {title}</source>
        <translation>Webkarte: {title}</translation>
    </message>
</context>
<context>
    <name>Attaching</name>
    <message>
        <source>Attach Files</source>
        <translation>Dateien anhängen</translation>
    </message>
    <message>
        <source>Attach Files…</source>
        <translation>Dateien anhängen …</translation>
    </message>
    <message>
        <source>Files attached</source>
        <translation>Dateien angehängt</translation>
    </message>
    <message>
        <source>Paste as Attachment</source>
        <translation>Als Anhang einfügen</translation>
    </message>
    <message>
        <source>Save the feature first: files can be attached only to a saved feature.</source>
        <translation>Speichern Sie zuerst das Objekt: Dateien lassen sich nur an ein gespeichertes Objekt anhängen.</translation>
    </message>
    <message>
        <source>The clipboard holds neither a file nor a picture.</source>
        <translation>Die Zwischenablage enthält weder eine Datei noch ein Bild.</translation>
    </message>
    <message>
        <source>“{file}” cannot be read: {reason}.</source>
        <translation>„{file}“ kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>“{file}” is too large for a GeoPackage.</source>
        <translation>„{file}“ ist zu groß für ein GeoPackage.</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>File name</source>
        <translation>Dateiname</translation>
    </message>
    <message>
        <source>Keywords</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Save the file to see this picture.</source>
        <translation>Speichern Sie die Datei, um dieses Bild zu sehen.</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Typ</translation>
    </message>
</context>
<context>
    <name>CanvasBasemap</name>
    <message>
        <source>No basemap can be shown. {reason}</source>
        <translation>Es kann keine Grundkarte angezeigt werden. {reason}</translation>
    </message>
    <message>
        <source>QGIS cannot show the basemap “{title}”.</source>
        <translation>QGIS kann die Grundkarte „{title}“ nicht anzeigen.</translation>
    </message>
    <message>
        <source>The portal's default basemap is shown in place of the web map's own. {reason}</source>
        <translation>Statt der Grundkarte der Webkarte wird die Standard-Grundkarte des Portals angezeigt. {reason}</translation>
    </message>
</context>
<context>
    <name>CheckForUpdates</name>
    <message>
        <source>Changes to download</source>
        <translation>Herunterzuladende Änderungen</translation>
    </message>
    <message>
        <source>Check for updates</source>
        <translation>Nach Aktualisierungen suchen</translation>
    </message>
    <message>
        <source>Counts the edits in an offline map, and asks whether its services have changes.</source>
        <translation>Zählt die Änderungen an einer Offline-Karte und fragt, ob ihre Services Neues haben.</translation>
    </message>
    <message>
        <source>Edits to send</source>
        <translation>Zu sendende Änderungen</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Neu öffnen</translation>
    </message>
    <message>
        <source>Shows what an update of an offline map would do. Nothing is changed, neither here nor on the portal.

Offline map: the folder of a map that was downloaded with updates, or its package.info.
Authentication: by default, that of the saved connection to the map's portal.

Edits to send: edited features and edited attachments; the log counts them by layer. They are counted without a network, too.
Changes to download: none, available or indeterminate (most services can tell only by a synchronisation). The log says why if something could not be found out.
Size: the size of the changes in bytes, 0 if it is not known.
Reopen: true if the update would replace files of the map, so that it has to be opened again.</source>
        <translation>Sagt, was eine Aktualisierung einer Offline-Karte täte. Nichts wird geändert, weder hier noch im Portal.

Offline-Karte: der Ordner einer Karte, die mit Aktualisierung heruntergeladen wurde, oder deren package.info.
Authentifizierung: ohne Angabe die der gespeicherten Verbindung zum Portal der Karte.

Zu sendende Änderungen: geänderte Objekte und geänderte Anhänge; das Protokoll zählt sie je Layer. Sie werden auch ohne Netzwerk gezählt.
Zu holende Änderungen: none (keine), available (vorhanden) oder indeterminate (unbestimmt): Die meisten Services können es nur bei einer Synchronisierung sagen. Das Protokoll nennt den Grund, wenn etwas nicht festzustellen war.
Größe: Byte der Änderungen, 0, wenn sie nicht bekannt sind.
Neu öffnen: wahr, wenn die Karte durch die Aktualisierung andere Dateien bekäme.</translation>
    </message>
    <message>
        <source>Size of the changes in bytes</source>
        <translation>Größe der Änderungen in Byte</translation>
    </message>
    <message>
        <source>arcgis,offline,map area,sync,update,check,edits</source>
        <translation>arcgis,offline,kartengebiet,synchronisieren,aktualisierung,prüfen,änderungen</translation>
    </message>
    <message>
        <source>{layer}: edited features: {features}, edited attachments: {attachments}</source>
        <translation>{layer}: geänderte Objekte: {features}, geänderte Anhänge: {attachments}</translation>
    </message>
</context>
<context>
    <name>ConnectionDialog</name>
    <message>
        <source>&amp;Address</source>
        <translation>&amp;Adresse</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Speichern</translation>
    </message>
    <message>
        <source>&amp;Save Anyway</source>
        <translation>&amp;Trotzdem speichern</translation>
    </message>
    <message>
        <source>&amp;Sign In</source>
        <translation>&amp;Anmelden</translation>
    </message>
    <message>
        <source>&amp;Title</source>
        <translation>&amp;Titel</translation>
    </message>
    <message>
        <source>Address of the portal; a link to any of its pages will do</source>
        <translation>Adresse des Portals; ein Link auf eine beliebige seiner Seiten genügt</translation>
    </message>
    <message>
        <source>Asking {portal}…</source>
        <translation>{portal} wird gefragt …</translation>
    </message>
    <message>
        <source>Edit Portal Connection</source>
        <translation>Portalverbindung bearbeiten</translation>
    </message>
    <message>
        <source>Found “{portal}”.</source>
        <translation>„{portal}“ gefunden.</translation>
    </message>
    <message>
        <source>Looks for the portal and signs in, without saving anything</source>
        <translation>Sucht das Portal und meldet sich an, ohne etwas zu speichern</translation>
    </message>
    <message>
        <source>Name of this connection in lists, and in the algorithms as PORTAL</source>
        <translation>Name dieser Verbindung in Listen und, als PORTAL, in den Algorithmen</translation>
    </message>
    <message>
        <source>New Portal Connection</source>
        <translation>Neue Portalverbindung</translation>
    </message>
    <message>
        <source>Portal Connection</source>
        <translation>Portalverbindung</translation>
    </message>
    <message>
        <source>Sign In</source>
        <translation>Anmelden</translation>
    </message>
    <message>
        <source>T&amp;est Connection</source>
        <translation>Verbindung t&amp;esten</translation>
    </message>
    <message>
        <source>This address is not encrypted: others in the network can read the user name, password and token.</source>
        <translation>Diese Adresse ist nicht verschlüsselt: Andere im Netzwerk können Benutzername, Passwort und Token mitlesen.</translation>
    </message>
</context>
<context>
    <name>ConnectionItem</name>
    <message>
        <source>Asking the portal…</source>
        <translation>Das Portal wird gefragt …</translation>
    </message>
    <message>
        <source>Choose Web Map…</source>
        <translation>Webkarte wählen …</translation>
    </message>
    <message>
        <source>Edit Connection…</source>
        <translation>Verbindung bearbeiten …</translation>
    </message>
    <message>
        <source>No web map with map areas</source>
        <translation>Keine Webkarte mit Kartengebieten</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Refresh to ask the portal</source>
        <translation>Aktualisieren, um das Portal zu fragen</translation>
    </message>
    <message>
        <source>Remove Connection…</source>
        <translation>Verbindung entfernen …</translation>
    </message>
    <message>
        <source>Test Connection</source>
        <translation>Verbindung testen</translation>
    </message>
</context>
<context>
    <name>ConnectionsBox</name>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>Edit connection…</source>
        <translation>Verbindung bearbeiten …</translation>
    </message>
    <message>
        <source>New connection…</source>
        <translation>Neue Verbindung …</translation>
    </message>
    <message>
        <source>Remove Connection</source>
        <translation>Verbindung entfernen</translation>
    </message>
    <message>
        <source>Remove connection…</source>
        <translation>Verbindung entfernen …</translation>
    </message>
    <message>
        <source>Remove the connection “{title}”? Offline maps and the authentication configuration are kept.</source>
        <translation>Die Verbindung „{title}“ entfernen? Offline-Karten und die Authentifizierungskonfiguration bleiben.</translation>
    </message>
    <message>
        <source>The portal whose web maps are shown</source>
        <translation>Das Portal, dessen Webkarten gezeigt werden</translation>
    </message>
</context>
<context>
    <name>ConversionAlgorithm</name>
    <message>
        <source>Add to the open project</source>
        <translation>Zum geöffneten Projekt hinzufügen</translation>
    </message>
</context>
<context>
    <name>ConvertMobileGeodatabase</name>
    <message>
        <source>Convert mobile geodatabase</source>
        <translation>Mobile Geodatabase umwandeln</translation>
    </message>
    <message>
        <source>Converts a mobile or runtime geodatabase of ArcGIS to a GeoPackage.</source>
        <translation>Wandelt eine mobile oder Runtime-Geodatabase von ArcGIS in ein GeoPackage um.</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>Objekte</translation>
    </message>
    <message>
        <source>GeoPackage</source>
        <translation>GeoPackage</translation>
    </message>
    <message>
        <source>Mobile geodatabase</source>
        <translation>Mobile Geodatabase</translation>
    </message>
    <message>
        <source>Mobile geodatabase (*.geodatabase);;All files (*)</source>
        <translation>Mobile Geodatabase (*.geodatabase);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Reads a mobile geodatabase (.geodatabase) as created by ArcGIS apps and portals, and writes its layers and tables into a GeoPackage: current rows only, with all their values, value lists, subtypes, relations, attachments and spatial references.

Mobile geodatabase: the file; it is not changed.
GeoPackage: replaced once the new one is complete.
Add to the open project: with the symbols, titles and forms of the service.

Features: the number of rows written. Tables that cannot be read are named in the log; the others are written.</source>
        <translation>Liest eine mobile Geodatabase (.geodatabase), wie ArcGIS-Apps und Portale sie erzeugen, und schreibt ihre Layer und Tabellen in ein GeoPackage: nur aktuelle Zeilen, mit allen Werten, Wertelisten, Subtypen, Beziehungen, Anhängen und Raumbezügen.

Mobile Geodatabase: die Datei; sie wird nicht verändert.
GeoPackage: wird ersetzt, sobald das neue vollständig ist.
Zum geöffneten Projekt hinzufügen: mit den Symbolen, Titeln und Formularen des Service.

Objekte: die geschriebenen Zeilen. Tabellen, die nicht lesbar sind, werden im Protokoll genannt; die anderen werden geschrieben.</translation>
    </message>
    <message>
        <source>arcgis,esri,runtime,mobile geodatabase,geopackage,convert,sqlite</source>
        <translation>arcgis,esri,runtime,mobile geodatabase,geopackage,umwandeln,sqlite</translation>
    </message>
</context>
<context>
    <name>ConvertTilePackage</name>
    <message>
        <source>Convert tile package</source>
        <translation>Kachelpaket umwandeln</translation>
    </message>
    <message>
        <source>Converts a tile package or tile cache of ArcGIS to MBTiles or a GeoPackage.</source>
        <translation>Wandelt ein Kachelpaket oder einen Kachel-Cache von ArcGIS in MBTiles oder ein GeoPackage um.</translation>
    </message>
    <message>
        <source>Copies the tiles of a tile package (.tpk, .tpkx, .vtpk) or of an unpacked tile cache into MBTiles or a GeoPackage. Tiles are copied byte for byte, never redrawn.

Tile package: the file, or the folder or conf.xml of a cache; it is not changed.
Output: .mbtiles for raster or vector tiles on the web mercator grid; .gpkg for raster tiles on any grid. An existing file is replaced once the new one is complete.

Tiles: the number of tiles written. Tiles outside the grid of MBTiles are counted in the log.</source>
        <translation>Kopiert die Kacheln eines Kachelpakets (.tpk, .tpkx, .vtpk) oder eines ausgepackten Kachel-Caches in MBTiles oder ein GeoPackage. Kacheln werden Byte für Byte kopiert, nie neu gezeichnet.

Kachelpaket: die Datei oder der Ordner oder die conf.xml eines Caches; es wird nicht verändert.
Ausgabe: .mbtiles für Kacheln im Raster von Web-Mercator, Raster oder Vektor; .gpkg für Rasterkacheln in jedem Raster. Sie wird ersetzt, sobald die neue Datei vollständig ist.

Kacheln: wie viele geschrieben wurden. Kacheln außerhalb des Rasters von MBTiles werden im Protokoll gezählt.</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Tile package</source>
        <translation>Kachelpaket</translation>
    </message>
    <message>
        <source>Tile package (*.tpk *.tpkx *.vtpk conf.xml);;All files (*)</source>
        <translation>Kachelpaket (*.tpk *.tpkx *.vtpk conf.xml);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Tiles</source>
        <translation>Kacheln</translation>
    </message>
    <message>
        <source>Where detailed tiles are missing, the copy stays blank. Open the package itself to have coarser ones enlarged.</source>
        <translation>Wo feinere Kacheln fehlen, bleibt die Kopie leer. Öffnen Sie das Paket selbst, damit dort gröbere vergrößert werden.</translation>
    </message>
    <message>
        <source>arcgis,esri,tile package,tpk,tpkx,vtpk,cache,mbtiles,geopackage,convert</source>
        <translation>arcgis,esri,kachelpaket,tpk,tpkx,vtpk,cache,mbtiles,geopackage,umwandeln</translation>
    </message>
    <message>
        <source>{count} tiles are outside the grid of MBTiles and were left out.</source>
        <translation>{count} Kacheln liegen außerhalb des Rasters von MBTiles und wurden ausgelassen.</translation>
    </message>
</context>
<context>
    <name>CopyableTable</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy All</source>
        <translation>Alles kopieren</translation>
    </message>
</context>
<context>
    <name>DetailsDialog</name>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Downloaded</source>
        <translation>Heruntergeladen</translation>
    </message>
    <message>
        <source>Earlier Edits</source>
        <translation>Frühere Änderungen</translation>
    </message>
    <message>
        <source>Edits can be sent, without a replica.</source>
        <translation>Änderungen können gesendet werden, ohne Replikat.</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Errors and Warnings</source>
        <translation>Fehler und Warnungen</translation>
    </message>
    <message>
        <source>Feature services</source>
        <translation>Feature-Services</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>Objekte</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Geometry</source>
        <translation>Geometrie</translation>
    </message>
    <message>
        <source>Item page</source>
        <translation>Elementseite</translation>
    </message>
    <message>
        <source>Layer or table</source>
        <translation>Layer oder Tabelle</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Layers and tables</source>
        <translation>Layer und Tabellen</translation>
    </message>
    <message>
        <source>Layers and tables are listed once the map has been opened.</source>
        <translation>Layer und Tabellen sind bekannt, sobald die Karte einmal geöffnet wurde.</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>Linien</translation>
    </message>
    <message>
        <source>Looking for layers and tables…</source>
        <translation>Layer und Tabellen werden gesucht …</translation>
    </message>
    <message>
        <source>Mobile geodatabase</source>
        <translation>Mobile Geodatabase</translation>
    </message>
    <message>
        <source>Modified</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>None: download it again to get newer data</source>
        <translation>Keine: erneut herunterladen, um Neues zu erhalten</translation>
    </message>
    <message>
        <source>Not registered yet: the next update will try again.</source>
        <translation>Noch nicht registriert: Die nächste Aktualisierung versucht es.</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>Auf diesem Computer</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Überblick</translation>
    </message>
    <message>
        <source>Package</source>
        <translation>Paket</translation>
    </message>
    <message>
        <source>Packaged</source>
        <translation>Gepackt</translation>
    </message>
    <message>
        <source>Packaged again</source>
        <translation>Neu gepackt</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>Pakete</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>Punkte</translation>
    </message>
    <message>
        <source>Polygons</source>
        <translation>Polygone</translation>
    </message>
    <message>
        <source>Portal</source>
        <translation>Portal</translation>
    </message>
    <message>
        <source>Registered: edits can be sent.</source>
        <translation>Registriert: Änderungen können gesendet werden.</translation>
    </message>
    <message>
        <source>Registration refused.</source>
        <translation>Registrierung abgelehnt.</translation>
    </message>
    <message>
        <source>Scheduled updates</source>
        <translation>Geplante Aktualisierungen</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Service</translation>
    </message>
    <message>
        <source>Show in the browser</source>
        <translation>Im Browser zeigen</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Sync with feature services</source>
        <translation>Synchronisieren mit Feature-Services</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>The number of features is known once the area is downloaded.</source>
        <translation>Wie viele Objekte es sind, ist bekannt, sobald das Gebiet hier ist.</translation>
    </message>
    <message>
        <source>There is no information about layers and tables.</source>
        <translation>Über Layer und Tabellen ist nichts bekannt.</translation>
    </message>
    <message>
        <source>Tile package</source>
        <translation>Kachelpaket</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Updates</source>
        <translation>Aktualisierung</translation>
    </message>
    <message>
        <source>Vector tile package</source>
        <translation>Vektorkachelpaket</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Web map</source>
        <translation>Webkarte</translation>
    </message>
</context>
<context>
    <name>Dock</name>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Offline Map Areas</source>
        <translation>Offline Map Areas</translation>
    </message>
</context>
<context>
    <name>DockContent</name>
    <message>
        <source>Choose Web Map…</source>
        <translation>Webkarte wählen …</translation>
    </message>
    <message>
        <source>Click an area on the map to select it in the list</source>
        <translation>Ein Gebiet auf der Karte anklicken, um es in der Liste auszuwählen</translation>
    </message>
    <message>
        <source>Connection of This Web Map…</source>
        <translation>Verbindung dieser Webkarte …</translation>
    </message>
    <message>
        <source>Found “{portal}”. {user}.</source>
        <translation>„{portal}“ gefunden. {user}.</translation>
    </message>
    <message>
        <source>Map Areas</source>
        <translation>Kartengebiete</translation>
    </message>
    <message>
        <source>On This Computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Open Offline Map…</source>
        <translation>Offline-Karte öffnen …</translation>
    </message>
    <message>
        <source>Options…</source>
        <translation>Optionen …</translation>
    </message>
    <message>
        <source>Pick Areas on the Map</source>
        <translation>Gebiete auf der Karte wählen</translation>
    </message>
    <message>
        <source>Show Areas on the Map</source>
        <translation>Gebiete auf der Karte zeigen</translation>
    </message>
    <message>
        <source>Show Basemap</source>
        <translation>Grundkarte zeigen</translation>
    </message>
    <message>
        <source>Zoom to All Areas</source>
        <translation>Auf alle Gebiete zoomen</translation>
    </message>
</context>
<context>
    <name>DownloadAlgorithm</name>
    <message>
        <source>Author's default</source>
        <translation>Vorgabe des Autors</translation>
    </message>
    <message>
        <source>Continue if a layer or table fails</source>
        <translation>Fortfahren, wenn ein Layer oder eine Tabelle fehlschlägt</translation>
    </message>
    <message>
        <source>Include the basemap</source>
        <translation>Mit Grundkarte</translation>
    </message>
    <message>
        <source>No updates</source>
        <translation>Keine Aktualisierungen</translation>
    </message>
    <message>
        <source>Reference basemap directory (absolute, or relative to the parent of the offline map)</source>
        <translation>Ordner der Referenz-Grundkarte (absolut oder relativ zum Ordner über der Offline-Karte)</translation>
    </message>
    <message>
        <source>Reference basemap file name (if other than the author's)</source>
        <translation>Dateiname der Referenz-Grundkarte (wenn anders als der des Autors)</translation>
    </message>
    <message>
        <source>Scheduled updates</source>
        <translation>Geplante Aktualisierungen</translation>
    </message>
    <message>
        <source>Scheduled updates, and upload of new features</source>
        <translation>Geplante Aktualisierungen und Hochladen neuer Objekte</translation>
    </message>
    <message>
        <source>Sync with feature services</source>
        <translation>Synchronisieren mit Feature-Services</translation>
    </message>
    <message>
        <source>Update mode</source>
        <translation>Aktualisierungsmodus</translation>
    </message>
</context>
<context>
    <name>DownloadDialog</name>
    <message>
        <source>&amp;Before you download</source>
        <translation>&amp;Vor dem Download</translation>
    </message>
    <message>
        <source>&amp;Continue if a layer or table fails</source>
        <translation>&amp;Weitermachen, wenn ein Layer oder eine Tabelle fehlschlägt</translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <source>&amp;Folder for the offline maps</source>
        <translation>&amp;Ordner für die Offline-Karten</translation>
    </message>
    <message>
        <source>&amp;Offline map</source>
        <translation>&amp;Offline-Karte</translation>
    </message>
    <message>
        <source>&amp;Update mode</source>
        <translation>A&amp;ktualisierung</translation>
    </message>
    <message>
        <source>A new or empty folder; it is created when the download is complete</source>
        <translation>Ein neuer oder leerer Ordner; er entsteht, wenn der Download vollständig ist</translation>
    </message>
    <message>
        <source>A tile package (.tpk, .tpkx or .vtpk) in that folder; leave it empty for the one that the map's author specified</source>
        <translation>Ein Kachelpaket (.tpk, .tpkx oder .vtpk) in diesem Ordner; leer lassen für das vom Autor der Karte angegebene</translation>
    </message>
    <message>
        <source>Adds the layers to the project in a group</source>
        <translation>Fügt die Layer dem Projekt in einer Gruppe hinzu</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Erweitert</translation>
    </message>
    <message>
        <source>All layers will be read-only: in this update mode no edits are sent.</source>
        <translation>Alle Layer werden schreibgeschützt sein: In diesem Aktualisierungsmodus werden keine Änderungen gesendet.</translation>
    </message>
    <message>
        <source>Asking the portal…</source>
        <translation>Frage das Portal …</translation>
    </message>
    <message>
        <source>Author's default</source>
        <translation>Vorgabe des Autors</translation>
    </message>
    <message>
        <source>Author's default ({mode})</source>
        <translation>Vorgabe des Autors ({mode})</translation>
    </message>
    <message>
        <source>Basemap from This Computer</source>
        <translation>Grundkarte von diesem Computer</translation>
    </message>
    <message>
        <source>Choose a folder for the offline map.</source>
        <translation>Wählen Sie einen Ordner für die Offline-Karte.</translation>
    </message>
    <message>
        <source>Copy as JSON</source>
        <translation>Als JSON kopieren</translation>
    </message>
    <message>
        <source>Copy as Python Command</source>
        <translation>Als Python-Befehl kopieren</translation>
    </message>
    <message>
        <source>Copy as qgis_process Command</source>
        <translation>Als qgis_process-Befehl kopieren</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Download Map Area</source>
        <translation>Kartengebiet herunterladen</translation>
    </message>
    <message>
        <source>Download: {size} · free on this disk: {free}</source>
        <translation>Download: {size} · frei auf diesem Datenträger: {free}</translation>
    </message>
    <message>
        <source>File &amp;name</source>
        <translation>Datei&amp;name</translation>
    </message>
    <message>
        <source>Folder of a tile package to use instead of the portal's basemap</source>
        <translation>Ordner eines Kachelpakets, das statt der Grundkarte des Portals verwendet wird</translation>
    </message>
    <message>
        <source>How the offline map will be kept up to date</source>
        <translation>Wie die Offline-Karte aktuell gehalten werden soll</translation>
    </message>
    <message>
        <source>Include the &amp;basemap</source>
        <translation>Mit &amp;Grundkarte</translation>
    </message>
    <message>
        <source>Keeps the layers and tables that succeed, and counts the errors; otherwise the first error ends the download</source>
        <translation>Behält die gelungenen Layer und Tabellen und zählt die Fehler; sonst beendet der erste Fehler den Download</translation>
    </message>
    <message>
        <source>Layers of areas that send no edits will be read-only.</source>
        <translation>Layer von Gebieten, die keine Änderungen senden, werden schreibgeschützt sein.</translation>
    </message>
    <message>
        <source>No updates</source>
        <translation>Keine Aktualisierungen</translation>
    </message>
    <message>
        <source>Nothing is missing.</source>
        <translation>Es fehlt nichts.</translation>
    </message>
    <message>
        <source>O&amp;pen when downloaded</source>
        <translation>Nach dem Download ö&amp;ffnen</translation>
    </message>
    <message>
        <source>Open as Processing Algorithm…</source>
        <translation>Als Verarbeitungsalgorithmus öffnen …</translation>
    </message>
    <message>
        <source>Packaged again</source>
        <translation>Neu gepackt</translation>
    </message>
    <message>
        <source>Plan the download of “{title}”</source>
        <translation>Download von „{title}“ planen</translation>
    </message>
    <message>
        <source>Scheduled updates</source>
        <translation>Geplante Aktualisierungen</translation>
    </message>
    <message>
        <source>Scheduled updates, and upload of new features</source>
        <translation>Geplante Aktualisierungen und Hochladen neuer Objekte</translation>
    </message>
    <message>
        <source>Sync with feature services</source>
        <translation>Synchronisieren mit Feature-Services</translation>
    </message>
</context>
<context>
    <name>DownloadMapArea</name>
    <message>
        <source>Add to the open project</source>
        <translation>Zum geöffneten Projekt hinzufügen</translation>
    </message>
    <message>
        <source>Bytes of packages</source>
        <translation>Bytes der Pakete</translation>
    </message>
    <message>
        <source>Download map area</source>
        <translation>Kartengebiet herunterladen</translation>
    </message>
    <message>
        <source>Downloads a map area that the author of a web map prepared, checks every package, and creates layers and a project that need no network.

Portal URL: ArcGIS Online, or an ArcGIS Enterprise portal.
Authentication: none for public maps; otherwise a QGIS authentication configuration (Basic, Esri token, OAuth2, API header or PKI).
Web map and map area: item ids or links; for the area, its exact title also works.
Offline map: a new or empty folder. To continue an interrupted download, run it again with the same folder.
Update mode: how the offline map will be kept up to date; by default, as the author chose.
Continue if a layer or table fails: keeps the layers and tables that succeed, and counts the errors; otherwise the first error ends the download.
Reference basemap: a tile package on this computer instead of the portal's basemap.
Dry run: only shows what would be downloaded.

Layers: sources that other algorithms can open, topmost first.
Report: a JSON file with the outcome for every layer.</source>
        <translation>Lädt ein Kartengebiet herunter, das der Autor einer Webkarte vorbereitet hat, prüft jedes Paket und macht daraus Layer und ein Projekt, die kein Netzwerk brauchen.

URL des Portals: ArcGIS Online oder ein Portal von ArcGIS Enterprise.
Authentifizierung: keine für öffentliche Karten; sonst eine Konfiguration von QGIS (Basic, Esri-Token, OAuth2, API-Header oder PKI).
Webkarte und Kartengebiet: Element-IDs oder Links; der genaue Titel des Gebiets genügt auch.
Offline-Karte: ein neuer oder leerer Ordner. Ein unterbrochener Download wird fortgesetzt, wenn er mit demselben Ordner noch einmal gestartet wird.
Aktualisierungsmodus: wie die Offline-Karte aktuell gehalten werden soll; ohne Angabe so, wie der Autor es vorsah.
Fortfahren, wenn ein Layer oder eine Tabelle fehlschlägt: behält, was unbeschädigt ist, und zählt die Fehler; sonst beendet der erste Fehler den Auftrag.
Referenz-Grundkarte: ein Kachelpaket auf diesem Computer statt der Grundkarte des Portals.
Probelauf: sagt nur, was heruntergeladen würde.

Layer sind die Quellen, die andere Algorithmen öffnen können, die oberste zuerst; der Bericht sagt, was aus jedem Layer wurde.</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>Probelauf</translation>
    </message>
    <message>
        <source>Id of the map area</source>
        <translation>ID des Kartengebiets</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Layers with an error</source>
        <translation>Layer mit Fehler</translation>
    </message>
    <message>
        <source>Map area (item id or exact title)</source>
        <translation>Kartengebiet (Element-ID oder genauer Titel)</translation>
    </message>
    <message>
        <source>Offline map</source>
        <translation>Offline-Karte</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Tables with an error</source>
        <translation>Tabellen mit Fehler</translation>
    </message>
    <message>
        <source>Takes a preplanned map area of a web map offline, as QGIS layers.</source>
        <translation>Nimmt ein vorbereitetes Kartengebiet einer Webkarte offline, als Layer von QGIS.</translation>
    </message>
    <message>
        <source>Title of the map area</source>
        <translation>Titel des Kartengebiets</translation>
    </message>
    <message>
        <source>arcgis,portal,offline,map area,preplanned,web map,take offline</source>
        <translation>arcgis,portal,offline,kartengebiet,vorbereitet,webkarte,offline nehmen,herunterladen</translation>
    </message>
    <message>
        <source>{package}: {size} MB</source>
        <translation>{package}: {size} MB</translation>
    </message>
</context>
<context>
    <name>DownloadMapAreas</name>
    <message>
        <source>Bytes of packages</source>
        <translation>Bytes der Pakete</translation>
    </message>
    <message>
        <source>Download map areas</source>
        <translation>Kartengebiete herunterladen</translation>
    </message>
    <message>
        <source>Downloads the map areas of a web map one after the other, each into a folder named after its id. If you run it again, it skips what is current, updates the other maps that are complete, and continues what was interrupted. Nothing is uploaded: local edits are kept, and the report lists the maps that have some. If one area fails, the others are still downloaded.

Map areas: features with a field item_id, as created by “List map areas”; leave it empty for all.
Parent folder: where the folders of the areas are created.
The other parameters are those of “Download map area”.

Report: a JSON file with the outcome for every area; each folder contains a report about its layers.</source>
        <translation>Lädt die Kartengebiete einer Webkarte nacheinander herunter, jedes in einen Ordner, der nach seiner ID benannt ist. Bei einem weiteren Lauf wird übersprungen, was aktuell ist, werden die anderen vollständigen Karten aktualisiert und wird Unterbrochenes fortgesetzt. Nichts wird hochgeladen: Lokale Änderungen bleiben, und der Bericht nennt die Karten, die welche haben. Schlägt ein Gebiet fehl, werden die anderen dennoch heruntergeladen.

Kartengebiete: Objekte mit einem Feld item_id, wie „Kartengebiete auflisten“ sie liefert; keine heißt alle.
Übergeordneter Ordner: wo die Ordner der Gebiete angelegt werden.
Die übrigen Parameter sind die von „Kartengebiet herunterladen“.

Der Bericht sagt, was aus jedem Gebiet wurde; jeder Ordner enthält einen Bericht über seine Layer.</translation>
    </message>
    <message>
        <source>Map areas (features with a field item_id; none = all)</source>
        <translation>Kartengebiete (Objekte mit einem Feld item_id; keine = alle)</translation>
    </message>
    <message>
        <source>Map areas already current</source>
        <translation>Kartengebiete, die schon aktuell sind</translation>
    </message>
    <message>
        <source>Map areas downloaded or updated</source>
        <translation>Heruntergeladene oder aktualisierte Kartengebiete</translation>
    </message>
    <message>
        <source>Map areas that failed</source>
        <translation>Fehlgeschlagene Kartengebiete</translation>
    </message>
    <message>
        <source>Parent folder</source>
        <translation>Übergeordneter Ordner</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Takes all, or some, map areas of a web map offline, each into its own folder.</source>
        <translation>Nimmt alle oder einige Kartengebiete einer Webkarte offline, jedes in einen eigenen Ordner.</translation>
    </message>
    <message>
        <source>arcgis,portal,offline,map area,preplanned,web map,take offline,batch</source>
        <translation>arcgis,portal,offline,kartengebiet,vorbereitet,webkarte,offline nehmen,herunterladen,stapel</translation>
    </message>
    <message>
        <source>{area} has edits that were not sent to the portal: {count}</source>
        <translation>{area} hat Änderungen, die nicht an das Portal gesendet wurden: {count}</translation>
    </message>
    <message>
        <source>{area}: complete and unchanged</source>
        <translation>{area}: vollständig und unverändert</translation>
    </message>
</context>
<context>
    <name>DownloadTeller</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Downloaded</source>
        <translation>Heruntergeladen</translation>
    </message>
    <message>
        <source>Downloaded. Layers and tables with an error: {failed}.</source>
        <translation>Heruntergeladen. Layer und Tabellen mit einem Fehler: {failed}.</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>Downloads</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Map areas downloaded: {count}.</source>
        <translation>Heruntergeladene Kartengebiete: {count}.</translation>
    </message>
    <message>
        <source>Not downloaded: {titles}.</source>
        <translation>Nicht heruntergeladen: {titles}.</translation>
    </message>
    <message>
        <source>Open All</source>
        <translation>Alle öffnen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Unfinished downloads: {titles}.</source>
        <translation>Nicht beendete Downloads: {titles}.</translation>
    </message>
    <message>
        <source>With layers or tables that have an error: {titles}.</source>
        <translation>Mit fehlerhaften Layern oder Tabellen: {titles}.</translation>
    </message>
    <message>
        <source>{count} others</source>
        <translation>{count} weitere</translation>
    </message>
    <message>
        <source>“{title}” downloaded without errors.</source>
        <translation>„{title}“ ohne Fehler heruntergeladen.</translation>
    </message>
    <message>
        <source>“{title}” downloaded. Layers and tables with an error: {failed}.</source>
        <translation>„{title}“ heruntergeladen. Layer und Tabellen mit einem Fehler: {failed}.</translation>
    </message>
    <message>
        <source>“{title}” was not downloaded: {reason}</source>
        <translation>„{title}“ wurde nicht heruntergeladen: {reason}</translation>
    </message>
</context>
<context>
    <name>EarlierEditsPage</name>
    <message>
        <source>Created from</source>
        <translation>Erstellt aus</translation>
    </message>
    <message>
        <source>Earlier edits</source>
        <translation>Frühere Änderungen</translation>
    </message>
    <message>
        <source>Edits</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Edits in {file}</source>
        <translation>Änderungen in {file}</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Open as Layers</source>
        <translation>Als Layer öffnen</translation>
    </message>
    <message>
        <source>Show Folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>This offline map was replaced or moved after these edits were made: it does not show them.</source>
        <translation>Diese Offline-Karte wurde ersetzt oder verschoben, nachdem diese Änderungen gemacht wurden: Sie zeigt sie nicht.</translation>
    </message>
</context>
<context>
    <name>EditedLayers</name>
    <message>
        <source>Ids of cut features</source>
        <translation>IDs des Ausgeschnittenen</translation>
    </message>
</context>
<context>
    <name>ExportLocalEdits</name>
    <message>
        <source>Edits</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Export local edits</source>
        <translation>Lokale Änderungen exportieren</translation>
    </message>
    <message>
        <source>Saved edits</source>
        <translation>Gespeicherte Änderungen</translation>
    </message>
    <message>
        <source>Saves the edits in an offline map that were not sent yet as a GeoPackage.</source>
        <translation>Speichert die noch nicht gesendeten Änderungen einer Offline-Karte in einem GeoPackage.</translation>
    </message>
    <message>
        <source>Writes every edited feature, row and attachment of an offline map into a GeoPackage that QGIS can open: as it is now, with the kind of edit, GlobalID and time, and in tables called “…_before” as it was before. The offline map is not changed. “Apply saved edits” applies them again.

Offline map: the folder of a map that was downloaded with this plugin, or its package.info.
Saved edits: a GeoPackage, replaced once the new one is complete.

Edits: the number of edits.</source>
        <translation>Schreibt jedes geänderte Objekt, jede Zeile und jeden Anhang einer Offline-Karte in ein GeoPackage, das QGIS lädt: wie sie jetzt sind, mit Art der Änderung, GlobalID und Zeit, und in Tabellen namens „…_before“, wie sie vorher waren. Die Offline-Karte wird nicht verändert. „Gespeicherte Änderungen anwenden“ bringt sie zurück.

Offline-Karte: der Ordner einer Karte, die mit dieser Erweiterung heruntergeladen wurde, oder deren package.info.
Gespeicherte Änderungen: ein GeoPackage, ersetzt, sobald das neue vollständig ist.

Änderungen: wie viele es sind.</translation>
    </message>
    <message>
        <source>arcgis,offline,map area,edits,export,save,backup,geopackage</source>
        <translation>arcgis,offline,kartengebiet,änderungen,exportieren,speichern,geopackage</translation>
    </message>
</context>
<context>
    <name>FinishOfflineMap</name>
    <message>
        <source>Delete files</source>
        <translation>Dateien löschen</translation>
    </message>
    <message>
        <source>Deleted files</source>
        <translation>Gelöschte Dateien</translation>
    </message>
    <message>
        <source>Discard edits that were not sent</source>
        <translation>Nicht gesendete Änderungen verwerfen</translation>
    </message>
    <message>
        <source>Finish offline map</source>
        <translation>Offline-Karte abschließen</translation>
    </message>
    <message>
        <source>Kept in “{folder}” because this plugin did not create them: {files}</source>
        <translation>Nicht von dieser Erweiterung und daher in „{folder}“ geblieben: {files}</translation>
    </message>
    <message>
        <source>Unregistered replicas</source>
        <translation>Abgemeldete Replikate</translation>
    </message>
    <message>
        <source>Unregisters an offline map at its feature services, and deletes it.</source>
        <translation>Meldet eine Offline-Karte bei ihren Feature-Services ab und löscht sie.</translation>
    </message>
    <message>
        <source>Unregisters an offline map at its feature services, so that they no longer keep changes for it, and deletes its files. A map with edits that were not sent is refused. Files that the plugin did not create are kept and named in the log; a folder that this QGIS profile did not download is never deleted. If a service cannot be reached, the map is unregistered there when you next use its portal.

Offline map: the folder of a map that was downloaded with this plugin, or its package.info.
Authentication: by default, that of the saved connection to the map's portal.
Discard edits: finish the map although edits were not sent; they are lost.
Delete files: otherwise the map is kept, read-only.

Unregistered replicas: the number of replicas removed from services.
Deleted files: the number of files deleted.</source>
        <translation>Beendet die Arbeit mit einer Offline-Karte: Ihre Feature-Services erfahren, dass sie für sie keine Änderungen mehr vorzuhalten brauchen, und ihre Dateien werden gelöscht. Eine Karte mit nicht gesendeten Änderungen wird abgelehnt. Was nicht von der Erweiterung stammt, bleibt im Ordner und wird im Protokoll genannt; ein Ordner, den dieses QGIS-Profil nicht heruntergeladen hat, wird nie gelöscht. Ein Service, der nicht erreichbar ist, wird gemerkt und benachrichtigt, sobald Sie sein Portal wieder benutzen.

Offline-Karte: der Ordner einer Karte, die mit dieser Erweiterung heruntergeladen wurde, oder deren package.info.
Authentifizierung: ohne Angabe die der gespeicherten Verbindung zum Portal der Karte.
Änderungen verwerfen: Nicht gesendete Änderungen dürfen verloren gehen.
Dateien löschen: sonst bleibt die Karte, kann gelesen, aber nicht bearbeitet werden.

Abgemeldete Replikate: die bei ihren Services nicht mehr bestehen.
Gelöschte Dateien: ihre Anzahl.</translation>
    </message>
    <message>
        <source>arcgis,offline,map area,unregister,replica,remove,delete,finish</source>
        <translation>arcgis,offline,kartengebiet,abmelden,replikat,entfernen,löschen,beenden</translation>
    </message>
</context>
<context>
    <name>Finisher</name>
    <message>
        <source>Discard the edits not sent yet: {count}</source>
        <translation>Noch nicht gesendete Änderungen verwerfen: {count}</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>Abschließen</translation>
    </message>
    <message>
        <source>Finish Anyway</source>
        <translation>Trotzdem abschließen</translation>
    </message>
    <message>
        <source>Finish Offline Map</source>
        <translation>Offline-Karte abschließen</translation>
    </message>
    <message>
        <source>Finish deletes everything that was downloaded or created for it, including your changes to the project. Other files in that folder are kept. Its layers are removed from the open project.</source>
        <translation>„Abschließen“ löscht alles, was für sie heruntergeladen oder erstellt wurde, auch Ihre Änderungen am Projekt. Andere Dateien in diesem Ordner bleiben erhalten. Ihre Layer werden aus dem geöffneten Projekt entfernt.</translation>
    </message>
    <message>
        <source>Finish offline map “{title}”</source>
        <translation>Offline-Karte „{title}“ abschließen</translation>
    </message>
    <message>
        <source>Finish “{title}”?</source>
        <translation>„{title}“ abschließen?</translation>
    </message>
    <message>
        <source>Its feature services are told that it is no longer in use.</source>
        <translation>Ihren Feature-Services wird mitgeteilt, dass sie nicht mehr benutzt wird.</translation>
    </message>
    <message>
        <source>Keep Read-Only</source>
        <translation>Schreibgeschützt behalten</translation>
    </message>
    <message>
        <source>This QGIS profile did not download it, so its files are kept, read-only.</source>
        <translation>Dieses QGIS-Profil hat sie nicht heruntergeladen; ihre Dateien bleiben deshalb schreibgeschützt erhalten.</translation>
    </message>
    <message>
        <source>Update the offline map to send them, or save them as a file</source>
        <translation>Aktualisieren Sie die Offline-Karte, um sie zu senden, oder speichern Sie sie als Datei</translation>
    </message>
    <message>
        <source>{reason}

Finish it anyway? It will be unregistered at its services when you next use that portal.</source>
        <translation>{reason}

Trotzdem abschließen? Bei ihren Services wird sie abgemeldet, wenn Sie dieses Portal das nächste Mal benutzen.</translation>
    </message>
    <message>
        <source>“{title}” cannot be unregistered now.</source>
        <translation>„{title}“ kann jetzt nicht abgemeldet werden.</translation>
    </message>
    <message>
        <source>“{title}” is finished and read-only now.</source>
        <translation>„{title}“ ist abgeschlossen und jetzt schreibgeschützt.</translation>
    </message>
    <message>
        <source>“{title}” removed.</source>
        <translation>„{title}“ entfernt.</translation>
    </message>
    <message>
        <source>“{title}” was not finished: {reason}</source>
        <translation>„{title}“ wurde nicht abgeschlossen: {reason}</translation>
    </message>
</context>
<context>
    <name>ForbiddenEdits</name>
    <message>
        <source>Edits that can be saved</source>
        <translation>Änderungen, die gespeichert werden können</translation>
    </message>
    <message>
        <source>Not saved in “{layer}”: {added} new, {changed} changed and {deleted} deleted features. {reason}</source>
        <translation>In „{layer}“ nicht gespeichert: {added} neue, {changed} geänderte und {deleted} gelöschte Objekte. {reason}</translation>
    </message>
</context>
<context>
    <name>ForeignProject</name>
    <message>
        <source>As the Author Drew It</source>
        <translation>Wie vom Autor gezeichnet</translation>
    </message>
    <message>
        <source>As the author drew it: a new project is created from the web map, and the one in the folder is left as it is. With the changes: the project is opened as it was saved, now and in future. Choose this only if you trust everybody who had the folder.</source>
        <translation>Wie vom Autor gezeichnet: Aus der Webkarte wird ein neues Projekt erstellt; das im Ordner bleibt, wie es ist. Mit den Änderungen: Das Projekt wird so geöffnet, wie es gespeichert wurde, jetzt und in Zukunft. Wählen Sie das nur, wenn Sie allen vertrauen, die den Ordner hatten.</translation>
    </message>
    <message>
        <source>Besides the map, the project contains:</source>
        <translation>Außer der Karte enthält das Projekt:</translation>
    </message>
    <message>
        <source>Edits that came with it: {count}. They are kept.</source>
        <translation>Mitgelieferte Änderungen: {count}. Sie bleiben erhalten.</translation>
    </message>
    <message>
        <source>Nothing was found in it besides the map.</source>
        <translation>Außer der Karte wurde nichts darin gefunden.</translation>
    </message>
    <message>
        <source>Open Offline Map</source>
        <translation>Offline-Karte öffnen</translation>
    </message>
    <message>
        <source>With the Changes</source>
        <translation>Mit den Änderungen</translation>
    </message>
    <message>
        <source>{folder}
Downloaded by this QGIS profile with an earlier version of the plugin.</source>
        <translation>{folder}
Von diesem QGIS-Profil mit einer früheren Version der Erweiterung heruntergeladen.</translation>
    </message>
    <message>
        <source>{folder}
Not downloaded by this QGIS profile.</source>
        <translation>{folder}
Nicht von diesem QGIS-Profil heruntergeladen.</translation>
    </message>
    <message>
        <source>“{title}” contains a project that this QGIS profile neither created nor saved.</source>
        <translation>„{title}“ enthält ein Projekt, das dieses QGIS-Profil weder erstellt noch gespeichert hat.</translation>
    </message>
</context>
<context>
    <name>Forms</name>
    <message>
        <source>No value</source>
        <translation>Kein Wert</translation>
    </message>
    <message>
        <source>characters</source>
        <translation>Zeichen</translation>
    </message>
</context>
<context>
    <name>HostFeedback</name>
    <message>
        <source>{package}: {done} of {total} MB</source>
        <translation>{package}: {done} von {total} MB</translation>
    </message>
    <message>
        <source>{reason} Trying again in {seconds} s.</source>
        <translation>{reason} Nächster Versuch in {seconds} s.</translation>
    </message>
</context>
<context>
    <name>JobQueue</name>
    <message>
        <source>Download map area “{title}”</source>
        <translation>Kartengebiet „{title}“ herunterladen</translation>
    </message>
</context>
<context>
    <name>ListMapAreas</name>
    <message>
        <source>List map areas</source>
        <translation>Kartengebiete auflisten</translation>
    </message>
    <message>
        <source>Lists the map areas that the author of a web map prepared for offline use: where they are, how large their packages are, and how they can be kept up to date.

Web map: an item id or any link to it; leave it empty for all web maps that you can see.

Map areas: polygons in WGS 84. The status is complete, processing or failed as the portal says, or broken if the area cannot be read; the log then says why. Sizes are in bytes.</source>
        <translation>Listet die Kartengebiete auf, die der Autor einer Webkarte für die Offline-Nutzung vorbereitet hat: wo sie liegen, wie groß ihre Pakete sind und wie sie aktuell gehalten werden können.

Webkarte: eine Element-ID oder irgendein Link dazu; leer: alle Webkarten, die Sie sehen können.

Kartengebiete: Polygone in WGS 84. Der Status ist complete, processing oder failed, wie das Portal ihn nennt, oder broken, wo das Gebiet nicht lesbar ist; das Protokoll sagt dann, warum. Größen sind in Byte.</translation>
    </message>
    <message>
        <source>Lists the preplanned map areas of a web map as polygons.</source>
        <translation>Listet die vorbereiteten Kartengebiete einer Webkarte als Polygone auf.</translation>
    </message>
    <message>
        <source>Map areas</source>
        <translation>Kartengebiete</translation>
    </message>
    <message>
        <source>Number of map areas</source>
        <translation>Anzahl der Kartengebiete</translation>
    </message>
    <message>
        <source>arcgis,portal,offline,map area,preplanned,web map</source>
        <translation>arcgis,portal,offline,kartengebiet,vorbereitet,webkarte</translation>
    </message>
</context>
<context>
    <name>ListReplicas</name>
    <message>
        <source>List replicas</source>
        <translation>Replikate auflisten</translation>
    </message>
    <message>
        <source>Lists the replicas that feature services keep for you, and what they are for.</source>
        <translation>Listet die Replikate auf, die Feature-Services für Sie vorhalten, und wozu sie dienen.</translation>
    </message>
    <message>
        <source>Lists your replicas at feature services, made by this plugin or by other programs. For each one its service keeps changes. Owners of a service see those of all users.

Portal URL: lists the services of offline maps on this computer, and of maps that were finished while the services could not be reached.
Web map: lists the services of its map areas instead.
Offline map: lists the services of that map instead.

Replicas: a table. “replica” is the value for “Unregister replicas”; “made_by_plugin” distinguishes replicas of offline maps from those of packages and other programs; “map_title” and “map_folder” name the offline map on this computer; “remembered” marks those whose map no longer exists.</source>
        <translation>Listet die Replikate auf, die Sie bei Feature-Services haben, von dieser Erweiterung und von anderen Programmen: Für jedes muss der Service Änderungen vorhalten. Besitzer eines Service sehen die aller Benutzer.

Portal-URL: seine Services mit Offline-Karten auf diesem Computer und die von Karten, die abgeschlossen wurden, während sie nicht erreichbar waren.
Webkarte: stattdessen die Services ihrer Kartengebiete.
Offline-Karte: stattdessen die Services dieser Karte.

Replikate: eine Tabelle. „replica“ nimmt „Replikate abmelden“ entgegen; „made_by_plugin“ unterscheidet die von Offline-Karten von denen der Pakete und anderer Programme; „map_title“ und „map_folder“ nennen die Offline-Karte auf diesem Computer; „remembered“ kennzeichnet die, deren Karte es nicht mehr gibt.</translation>
    </message>
    <message>
        <source>Number of replicas</source>
        <translation>Anzahl der Replikate</translation>
    </message>
    <message>
        <source>Replicas</source>
        <translation>Replikate</translation>
    </message>
    <message>
        <source>arcgis,portal,offline,map area,sync,replica,registration</source>
        <translation>arcgis,portal,offline,kartengebiet,synchronisieren,replikat,registrierung</translation>
    </message>
</context>
<context>
    <name>LocalMapsPage</name>
    <message>
        <source>Download a map area, or open a folder or an .mmpk file that an ArcGIS app made.</source>
        <translation>Laden Sie ein Kartengebiet herunter, oder öffnen Sie einen Ordner oder eine .mmpk-Datei aus einer ArcGIS-App.</translation>
    </message>
    <message>
        <source>No offline maps yet</source>
        <translation>Noch keine Offline-Karten</translation>
    </message>
    <message>
        <source>Offline map of another program</source>
        <translation>Offline-Karte eines anderen Programms</translation>
    </message>
    <message>
        <source>Offline maps on this computer</source>
        <translation>Offline-Karten auf diesem Computer</translation>
    </message>
    <message>
        <source>Offline maps: {maps} ({size})</source>
        <translation>Offline-Karten: {maps} ({size})</translation>
    </message>
    <message>
        <source>Open Other…</source>
        <translation>Andere öffnen …</translation>
    </message>
    <message>
        <source>Open a folder with an offline map, or an .mmpk file</source>
        <translation>Einen Ordner mit einer Offline-Karte oder eine .mmpk-Datei öffnen</translation>
    </message>
    <message>
        <source>Search offline maps</source>
        <translation>Offline-Karten suchen</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>abgeschlossen</translation>
    </message>
    <message>
        <source>no updates</source>
        <translation>keine Aktualisierungen</translation>
    </message>
    <message>
        <source>not registered yet</source>
        <translation>noch nicht registriert</translation>
    </message>
    <message>
        <source>registration refused</source>
        <translation>Registrierung abgelehnt</translation>
    </message>
    <message>
        <source>scheduled updates</source>
        <translation>geplante Aktualisierungen</translation>
    </message>
    <message>
        <source>scheduled updates, uploads new features</source>
        <translation>geplante Aktualisierungen, lädt neue Objekte hoch</translation>
    </message>
    <message>
        <source>syncs with feature services</source>
        <translation>synchronisiert mit Feature-Services</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>A label class without a symbol is not shown, as in ArcGIS.</source>
        <translation>Eine Beschriftungsklasse ohne Symbol wird wie in ArcGIS nicht gezeigt.</translation>
    </message>
    <message>
        <source>A label expression is written in a way that is not supported.</source>
        <translation>Ein Beschriftungsausdruck ist auf eine Weise geschrieben, die nicht unterstützt wird.</translation>
    </message>
    <message>
        <source>A loop in an Arcade expression does more in one pass than a QGIS expression can express.</source>
        <translation>Eine Schleife in einem Arcade-Ausdruck tut in einem Durchlauf mehr, als ein QGIS-Ausdruck sagen kann.</translation>
    </message>
    <message>
        <source>A part of a CIM marker of type {kind} is not shown.</source>
        <translation>Ein Teil eines CIM-Markers der Art {kind} wird nicht dargestellt.</translation>
    </message>
    <message>
        <source>A picture cannot be read; a plain symbol is shown.</source>
        <translation>Ein Bild kann nicht gelesen werden; ein einfaches Symbol wird dargestellt.</translation>
    </message>
    <message>
        <source>A picture is not included in the map; a plain symbol is shown.</source>
        <translation>Ein Bild ist nicht Teil der Karte; gezeigt wird ein einfaches Symbol.</translation>
    </message>
    <message>
        <source>A replica of “{map}” could not be unregistered: {reason} It will be unregistered when you next use that portal.</source>
        <translation>Ein Replikat von „{map}“ konnte nicht abgemeldet werden: {reason} Es wird gemerkt und abgemeldet, sobald Sie dieses Portal wieder benutzen.</translation>
    </message>
    <message>
        <source>A symbol is missing; a plain one is shown.</source>
        <translation>Ein Symbol fehlt; gezeigt wird ein einfaches.</translation>
    </message>
    <message>
        <source>A symbol of type {kind} does not fit the layer; a plain one is shown.</source>
        <translation>Ein Symbol des Typs {kind} passt nicht zum Layer; gezeigt wird ein einfaches.</translation>
    </message>
    <message>
        <source>Actions that run commands or open addresses: {names}.</source>
        <translation>Aktionen, die Befehle ausführen oder Adressen öffnen: {names}.</translation>
    </message>
    <message>
        <source>An Arcade expression has too many parts.</source>
        <translation>Ein Arcade-Ausdruck hat zu viele Teile, um gelesen zu werden.</translation>
    </message>
    <message>
        <source>An Arcade expression is nested too deeply for a QGIS expression.</source>
        <translation>Ein Arcade-Ausdruck ist als QGIS-Ausdruck zu tief verschachtelt.</translation>
    </message>
    <message>
        <source>An Arcade expression is nested too deeply.</source>
        <translation>Ein Arcade-Ausdruck ist zu tief verschachtelt, um gelesen zu werden.</translation>
    </message>
    <message>
        <source>An Arcade expression is not valid, or uses something that is not supported.</source>
        <translation>Ein Arcade-Ausdruck ist ungültig oder verwendet etwas, das nicht unterstützt wird.</translation>
    </message>
    <message>
        <source>An Arcade expression is not valid.</source>
        <translation>Ein Arcade-Ausdruck ist ungültig.</translation>
    </message>
    <message>
        <source>An Arcade expression is too long for a QGIS expression.</source>
        <translation>Ein Arcade-Ausdruck ist als QGIS-Ausdruck zu lang.</translation>
    </message>
    <message>
        <source>An Arcade expression mixes types in a way that is not supported.</source>
        <translation>Ein Arcade-Ausdruck mischt Datentypen auf eine Weise, die nicht unterstützt wird.</translation>
    </message>
    <message>
        <source>An Arcade expression of the renderer is not supported; symbols do not follow it.</source>
        <translation>Ein Arcade-Ausdruck der Darstellung wird nicht unterstützt; die Symbole folgen ihm nicht.</translation>
    </message>
    <message>
        <source>An Arcade expression of {count} characters is too long.</source>
        <translation>Ein Arcade-Ausdruck mit {count} Zeichen ist zu lang, um gelesen zu werden.</translation>
    </message>
    <message>
        <source>An Arcade expression uses the field “{field}”, which does not exist.</source>
        <translation>Ein Arcade-Ausdruck verlangt das Feld „{field}“, das es nicht gibt.</translation>
    </message>
    <message>
        <source>An Arcade expression uses the field “{field}”, whose type is not supported.</source>
        <translation>Ein Arcade-Ausdruck verwendet das Feld „{field}“, dessen Datentyp nicht unterstützt wird.</translation>
    </message>
    <message>
        <source>An Arcade expression uses “{name}”, which is not supported.</source>
        <translation>Ein Arcade-Ausdruck verwendet „{name}“; das wird nicht unterstützt.</translation>
    </message>
    <message>
        <source>An earlier version made this working copy and gave other names to: {fields}. The map's symbols, labels and forms may find row numbers or nothing in these fields. Download the map area again, or open the package in another working folder.</source>
        <translation>Eine frühere Version hat diese Arbeitskopie erstellt und diese Felder anders benannt: {fields}. Was die Karte über sie sagt, findet Zeilennummern oder nichts; laden Sie das Kartengebiet erneut herunter, oder öffnen Sie das Paket in einem anderen Arbeitsordner.</translation>
    </message>
    <message>
        <source>Another program renamed columns of “{table}” in “{file}”: {names}. They have their old names again, which the map and the feature service need.</source>
        <translation>Ein anderes Programm hat in „{table}“ von „{file}“ umbenannt: {names}. Die Namen sind wieder, wie sie waren: Die Karte und der Feature-Service kennen keine anderen.</translation>
    </message>
    <message>
        <source>Arcade expressions that import others are not supported.</source>
        <translation>Arcade-Ausdrücke, die andere einbinden, werden nicht unterstützt.</translation>
    </message>
    <message>
        <source>Arcade expressions that return a list or a feature are not supported.</source>
        <translation>Ein Arcade-Ausdruck, der eine Liste oder ein Objekt ergibt, wird nicht unterstützt.</translation>
    </message>
    <message>
        <source>Arrows at the ends of lines are not shown.</source>
        <translation>Pfeile an Linienenden werden nicht dargestellt.</translation>
    </message>
    <message>
        <source>Attribute rules of ArcGIS are not applied.</source>
        <translation>Attributregeln von ArcGIS werden nicht angewendet.</translation>
    </message>
    <message>
        <source>Bookmarks whose location cannot be read: {names}.</source>
        <translation>Lesezeichen ohne lesbaren Ort: {names}.</translation>
    </message>
    <message>
        <source>Changes in a part of an Arcade expression that may be skipped are not supported.</source>
        <translation>Eine Änderung in einem Teil eines Arcade-Ausdrucks, der übersprungen werden kann, wird nicht unterstützt.</translation>
    </message>
    <message>
        <source>Changing a list in an Arcade expression is supported only where the position is known beforehand.</source>
        <translation>Eine Liste in einem Arcade-Ausdruck zu ändern wird nur unterstützt, wo die Stelle vorher feststeht.</translation>
    </message>
    <message>
        <source>Charts are not kept.</source>
        <translation>Diagramme werden nicht übernommen.</translation>
    </message>
    <message>
        <source>Classes cannot be distinguished; all features look the same.</source>
        <translation>Die Klassen lassen sich nicht unterscheiden; alle Objekte sehen gleich aus.</translation>
    </message>
    <message>
        <source>Contingent values, which say which values may be combined, are not checked.</source>
        <translation>Kontingente Werte, die sagen, welche Werte zusammen erlaubt sind, werden nicht geprüft.</translation>
    </message>
    <message>
        <source>Dates that are not valid or of an unknown kind, and were left empty: {count}.</source>
        <translation>Zeitangaben, die kein Kalender kennt oder die von unbekannter Art und nun leer sind: {count}.</translation>
    </message>
    <message>
        <source>Display filters are not kept; all features are shown.</source>
        <translation>Anzeigefilter werden nicht übernommen; alle Objekte werden gezeigt.</translation>
    </message>
    <message>
        <source>Dots are placed differently in their polygons than in ArcGIS.</source>
        <translation>Punkte stehen an anderen Stellen ihrer Polygone als in ArcGIS.</translation>
    </message>
    <message>
        <source>Edits to this layer can no longer be detected ({reason}), so it is read-only.</source>
        <translation>Änderungen dieses Layers werden nicht mehr erkannt ({reason}); er ist daher schreibgeschützt.</translation>
    </message>
    <message>
        <source>Edits to “{table}” in “{file}” can no longer be detected ({reason}).</source>
        <translation>Änderungen an „{table}“ in „{file}“ werden nicht mehr erkannt ({reason}).</translation>
    </message>
    <message>
        <source>Edits to “{table}” in “{file}” were not detected for a while ({reason}). They are detected again now.</source>
        <translation>Änderungen an „{table}“ in „{file}“ wurden eine Zeit lang nicht erkannt ({reason}); jetzt wieder.</translation>
    </message>
    <message>
        <source>Edits to “{table}” in “{file}” were not detected for a while ({reason}). They were found by comparing its rows with those that the server sent.</source>
        <translation>Änderungen an „{table}“ in „{file}“ wurden eine Zeit lang nicht gesehen ({reason}). Sie wurden gefunden, indem die Zeilen mit denen verglichen wurden, die der Server gesendet hat.</translation>
    </message>
    <message>
        <source>Effects of type {kind} in a CIM symbol are not shown.</source>
        <translation>Effekte der Art {kind} in einem CIM-Symbol werden nicht dargestellt.</translation>
    </message>
    <message>
        <source>Effects on some of the features are not shown.</source>
        <translation>Effekte auf einen Teil der Objekte werden nicht gezeigt.</translation>
    </message>
    <message>
        <source>Effects that QGIS does not have: {functions}.</source>
        <translation>Effekte, die QGIS nicht kennt: {functions}.</translation>
    </message>
    <message>
        <source>Effects that change with the scale are shown as for the largest scale.</source>
        <translation>Effekte, die sich mit dem Maßstab ändern, werden wie im größten Maßstab gezeigt.</translation>
    </message>
    <message>
        <source>Expressions that read this computer or the network: {names}.</source>
        <translation>Ausdrücke, die diesen Computer oder das Netzwerk lesen: {names}.</translation>
    </message>
    <message>
        <source>Features are not clustered; each one is shown.</source>
        <translation>Objekte werden nicht zusammengefasst, wo sie sich drängen; jedes wird gezeigt.</translation>
    </message>
    <message>
        <source>Files larger than {size} MiB that were left out: {count}.</source>
        <translation>Dateien von mehr als {size} MiB, die fehlen: {count}.</translation>
    </message>
    <message>
        <source>For rasters, QGIS has no blur, no shadow, and less contrast.</source>
        <translation>Für Raster kennt QGIS weder Unschärfe noch Schatten, und nur schwächeren Kontrast.</translation>
    </message>
    <message>
        <source>Increased saturation looks nearly the same as in the web map.</source>
        <translation>Mehr Sättigung sieht fast aus wie in der Webkarte.</translation>
    </message>
    <message>
        <source>It cannot be sent: {error}</source>
        <translation>Es kann nicht gesendet werden: {error}</translation>
    </message>
    <message>
        <source>It could not be found out whether “{service}” has changes: {reason}</source>
        <translation>Ob „{service}“ Änderungen hat, war nicht festzustellen: {reason}</translation>
    </message>
    <message>
        <source>It has a value that cannot be sent.</source>
        <translation>Es enthält einen Wert, der nicht gesendet werden kann.</translation>
    </message>
    <message>
        <source>It has no GlobalID, so the service would not know which feature is meant.</source>
        <translation>Es hat keine GlobalID, daher wüsste der Service nicht, welches Objekt gemeint ist.</translation>
    </message>
    <message>
        <source>It is not known whether your change of {feature} in “{layer}” reached the service, and somebody has changed the same values since. The service's values were kept; yours are in “{file}”.</source>
        <translation>Ob Ihre Änderung von {feature} in „{layer}“ beim Service ankam, ist nicht bekannt, und jemand hat seither dasselbe geändert: Es bleibt, was der Service hat. Ihre Werte sind in „{file}“.</translation>
    </message>
    <message>
        <source>Its shape has a part with too few corners.</source>
        <translation>Seine Geometrie hat einen Teil mit zu wenigen Stützpunkten.</translation>
    </message>
    <message>
        <source>Its shape was changed, which the service does not allow.</source>
        <translation>Seine Geometrie wurde geändert, was der Service nicht erlaubt.</translation>
    </message>
    <message>
        <source>Its shape was removed, which the service does not support.</source>
        <translation>Seine Geometrie wurde entfernt, was der Service nicht übernehmen kann.</translation>
    </message>
    <message>
        <source>Layers of type {kind} in a CIM symbol are not shown.</source>
        <translation>Ebenen der Art {kind} in einem CIM-Symbol werden nicht dargestellt.</translation>
    </message>
    <message>
        <source>Layers with data from elsewhere: {names}.</source>
        <translation>Layer, die von anderswo zeichnen: {names}.</translation>
    </message>
    <message>
        <source>Loops in Arcade expressions are supported only where their end is known beforehand.</source>
        <translation>Schleifen in Arcade-Ausdrücken werden nur unterstützt, wo ihr Ende vorher feststeht.</translation>
    </message>
    <message>
        <source>Markers placed by {kind} are placed differently than in ArcGIS.</source>
        <translation>Marker, die durch {kind} platziert sind, stehen an anderen Stellen als in ArcGIS.</translation>
    </message>
    <message>
        <source>More properties are not shown than can be listed.</source>
        <translation>Es wird mehr von der Darstellung nicht gezeigt, als aufgezählt werden kann.</translation>
    </message>
    <message>
        <source>Never tested with a file made by ArcGIS: the shapes have measures (M).</source>
        <translation>Nie mit einer Datei aus ArcGIS geprüft: Die Geometrien tragen Messwerte (M).</translation>
    </message>
    <message>
        <source>Never tested with a file made by ArcGIS: value lists of subtypes from the XML definition.</source>
        <translation>Nie mit einer Datei aus ArcGIS geprüft: Wertelisten von Subtypen aus der XML-Definition.</translation>
    </message>
    <message>
        <source>Never tested with a file made by ArcGIS: “{field}” has the type {type}.</source>
        <translation>Nie mit einer Datei aus ArcGIS geprüft: „{field}“ ist vom Typ {type}.</translation>
    </message>
    <message>
        <source>New features get the values of the first template. Templates not used: {names}.</source>
        <translation>Neue Objekte übernehmen die Werte der ersten Vorlage, nicht die von: {names}.</translation>
    </message>
    <message>
        <source>Nothing was sent: one edit would be refused, and “All edits or none” was chosen.</source>
        <translation>Nichts wurde gesendet: Eine Änderung würde abgelehnt, und verlangt war alles oder nichts.</translation>
    </message>
    <message>
        <source>Outlines of markers do not vary in width.</source>
        <translation>Die Umrisse von Markern haben überall dieselbe Breite.</translation>
    </message>
    <message>
        <source>Parts of the form that are not kept: {keys}.</source>
        <translation>Teile des Formulars, die nicht erhalten bleiben: {keys}.</translation>
    </message>
    <message>
        <source>Parts of the popup that are not kept: {keys}.</source>
        <translation>Teile des Pop-ups, die nicht erhalten bleiben: {keys}.</translation>
    </message>
    <message>
        <source>Pictures do not vary by {name}.</source>
        <translation>Bilder ändern sich nicht nach {name}.</translation>
    </message>
    <message>
        <source>Pictures from elsewhere: {names}.</source>
        <translation>Bilder von anderswo: {names}.</translation>
    </message>
    <message>
        <source>Popups of single features are not kept.</source>
        <translation>Popups einzelner Objekte bleiben nicht erhalten.</translation>
    </message>
    <message>
        <source>Print layouts: {names}.</source>
        <translation>Drucklayouts: {names}.</translation>
    </message>
    <message>
        <source>Python code that runs with the project or with forms: {names}.</source>
        <translation>Python-Code, der mit dem Projekt oder mit Formularen läuft: {names}.</translation>
    </message>
    <message>
        <source>QGIS bookmarks keep a location, but no time.</source>
        <translation>Lesezeichen von QGIS merken sich einen Ort, aber keine Zeit.</translation>
    </message>
    <message>
        <source>QGIS cannot use the translation of a label expression.</source>
        <translation>QGIS liest nicht, in was ein Beschriftungsausdruck übersetzt wurde.</translation>
    </message>
    <message>
        <source>QGIS cannot use the translation of an Arcade expression.</source>
        <translation>QGIS liest nicht, in was ein Arcade-Ausdruck übersetzt wurde.</translation>
    </message>
    <message>
        <source>QGIS does not know the spatial reference of these tiles, so they may be in the wrong place. Set it in the properties of the layer.</source>
        <translation>QGIS kennt den Raumbezug dieser Kacheln nicht; sie liegen möglicherweise am falschen Ort. Legen Sie ihn in den Eigenschaften des Layers fest.</translation>
    </message>
    <message>
        <source>QGIS forms clusters in its own way, so they contain other features than in the web map.</source>
        <translation>QGIS bildet Cluster auf eigene Weise: Sie fassen andere Objekte zusammen als in der Webkarte.</translation>
    </message>
    <message>
        <source>QGIS has no blend mode “{mode}”; the layer is drawn without one.</source>
        <translation>QGIS kennt den Mischmodus „{mode}“ nicht; der Layer wird ohne ihn gezeichnet.</translation>
    </message>
    <message>
        <source>QGIS has no effects for this kind of layer.</source>
        <translation>Für Layer dieser Art kennt QGIS keine Effekte.</translation>
    </message>
    <message>
        <source>Renderers of type {kind} are not supported; all features look the same.</source>
        <translation>Darstellungen der Art {kind} werden nicht unterstützt; alle Objekte sehen gleich aus.</translation>
    </message>
    <message>
        <source>Scripts in forms, map tips or layouts: {names}.</source>
        <translation>Skripte in Formularen, Kartenhinweisen oder Layouts: {names}.</translation>
    </message>
    <message>
        <source>Settings of clusters that are not kept: {keys}.</source>
        <translation>Einstellungen von Clustern, die nicht erhalten bleiben: {keys}.</translation>
    </message>
    <message>
        <source>Settings of labels that are not kept: {keys}.</source>
        <translation>Einstellungen der Beschriftung, die nicht erhalten bleiben: {keys}.</translation>
    </message>
    <message>
        <source>Settings that are not kept: {keys}.</source>
        <translation>Nicht übernommene Einstellungen: {keys}.</translation>
    </message>
    <message>
        <source>Shapes that cannot be read and were left empty: {count}, because {reason} (rows {rows}).</source>
        <translation>Geometrien, die nicht gelesen werden können und leer sind: {count}, weil {reason} (Zeilen {rows}).</translation>
    </message>
    <message>
        <source>Symbols do not vary by {name}.</source>
        <translation>Symbole variieren nicht in: {name}.</translation>
    </message>
    <message>
        <source>Symbols of type {kind} are not supported; a plain symbol is shown.</source>
        <translation>Symbole des Typs {kind} werden nicht unterstützt; gezeigt wird ein einfaches Symbol.</translation>
    </message>
    <message>
        <source>Texts whose parts have several formats are drawn in one.</source>
        <translation>Texte, deren Teile verschieden formatiert sind, werden in einem Format gezeichnet.</translation>
    </message>
    <message>
        <source>Texts with characters that cannot be read, shown as �: {count} ({fields}).</source>
        <translation>Texte mit unlesbaren Zeichen, gezeigt als �: {count} ({fields}).</translation>
    </message>
    <message>
        <source>The Arcade function “{name}” is not supported.</source>
        <translation>Die Arcade-Funktion „{name}“ wird nicht unterstützt.</translation>
    </message>
    <message>
        <source>The arrangement of the attribute table is not kept.</source>
        <translation>Die Anordnung der Attributtabelle wird nicht übernommen.</translation>
    </message>
    <message>
        <source>The attachment belongs to no feature.</source>
        <translation>Der Anhang gehört zu keinem Objekt.</translation>
    </message>
    <message>
        <source>The attachment is empty.</source>
        <translation>Der Anhang ist leer.</translation>
    </message>
    <message>
        <source>The attachments are not in the offline map.</source>
        <translation>Die Anhänge sind nicht in der Offline-Karte.</translation>
    </message>
    <message>
        <source>The attachments cannot be opened.</source>
        <translation>Die Anhänge lassen sich nicht öffnen.</translation>
    </message>
    <message>
        <source>The basemap is expected on this device: {name}.</source>
        <translation>Grundkarte wird auf dem Gerät erwartet: {name}.</translation>
    </message>
    <message>
        <source>The coordinate system of “{layer}” is unknown or local ({system}). Its coordinates are treated as those of the map, so it may be in the wrong place.</source>
        <translation>Das Koordinatensystem von „{layer}“ ist unbekannt oder örtlich ({system}): Seine Koordinaten gelten als die der Karte, daher kann der Layer am falschen Ort liegen.</translation>
    </message>
    <message>
        <source>The edits that were not sent are in “{file}”: apply them once the map is downloaded again.</source>
        <translation>Die nicht gesendeten Änderungen sind in „{file}“: Wenden Sie sie an, sobald die Karte neu heruntergeladen ist.</translation>
    </message>
    <message>
        <source>The expression “{name}” of the form is not supported.</source>
        <translation>Der Ausdruck „{name}“ des Formulars wird nicht unterstützt.</translation>
    </message>
    <message>
        <source>The feature service accepts only changes to the features of this layer.</source>
        <translation>Der Feature-Service nimmt für diesen Layer nur geänderte Objekte an.</translation>
    </message>
    <message>
        <source>The feature service accepts only deletions in this layer.</source>
        <translation>Der Feature-Service nimmt für diesen Layer nur Löschungen an.</translation>
    </message>
    <message>
        <source>The feature service accepts only new features in this layer.</source>
        <translation>Der Feature-Service nimmt für diesen Layer nur neue Objekte an.</translation>
    </message>
    <message>
        <source>The feature service does not accept changed features in this layer.</source>
        <translation>Der Feature-Service nimmt für diesen Layer keine geänderten Objekte an.</translation>
    </message>
    <message>
        <source>The feature service does not accept deletions in this layer.</source>
        <translation>Der Feature-Service nimmt für diesen Layer keine Löschungen an.</translation>
    </message>
    <message>
        <source>The feature service does not accept edits from this offline map, so its layers are read-only.</source>
        <translation>Der Feature-Service nimmt von dieser Offline-Karte keine Änderungen an; ihre Layer sind daher schreibgeschützt.</translation>
    </message>
    <message>
        <source>The feature service does not accept edits to this layer, so it is read-only.</source>
        <translation>Der Feature-Service nimmt für diesen Layer keine Änderungen an; er ist daher schreibgeschützt.</translation>
    </message>
    <message>
        <source>The feature service does not accept new features in this layer.</source>
        <translation>Der Feature-Service nimmt für diesen Layer keine neuen Objekte an.</translation>
    </message>
    <message>
        <source>The feature service does not say what it allows: {reason}</source>
        <translation>Der Feature-Service sagt nicht, was er erlaubt: {reason}</translation>
    </message>
    <message>
        <source>The feature service neither synchronises nor tracks changes.</source>
        <translation>Der Feature-Service synchronisiert nicht und verfolgt keine Änderungen.</translation>
    </message>
    <message>
        <source>The feature that it belongs to was refused.</source>
        <translation>Das Objekt, zu dem es gehört, wurde abgelehnt.</translation>
    </message>
    <message>
        <source>The feature {feature} no longer exists in “{layer}”, so its saved change is left out.</source>
        <translation>Das Objekt {feature} ist aus „{layer}“ verschwunden, daher wird seine gespeicherte Änderung ausgelassen.</translation>
    </message>
    <message>
        <source>The field “{field}” of “{layer}” has another domain.</source>
        <translation>Das Feld „{field}“ von „{layer}“ hat eine andere Domäne.</translation>
    </message>
    <message>
        <source>The field “{field}” of “{layer}” has another type.</source>
        <translation>Das Feld „{field}“ von „{layer}“ hat einen anderen Typ.</translation>
    </message>
    <message>
        <source>The field “{field}” of “{layer}” no longer exists, or has another name.</source>
        <translation>Das Feld „{field}“ von „{layer}“ ist verschwunden oder heißt anders.</translation>
    </message>
    <message>
        <source>The field “{field}” that symbols depend on does not exist.</source>
        <translation>Das Feld „{field}“, von dem die Symbole abhängen, ist nicht vorhanden.</translation>
    </message>
    <message>
        <source>The fields with the layer's time are not date fields here.</source>
        <translation>Die Felder mit der Zeit des Layers sind hier keine Datumsfelder.</translation>
    </message>
    <message>
        <source>The filter compares values that cannot be compared here.</source>
        <translation>Der Filter vergleicht, was sich hier nicht vergleichen lässt.</translation>
    </message>
    <message>
        <source>The filter compares with “{text}”, which cannot be read as a date.</source>
        <translation>Der Filter vergleicht mit „{text}“; das wird nicht als Datum gelesen.</translation>
    </message>
    <message>
        <source>The filter could not be checked; all features are shown.</source>
        <translation>Der Filter konnte nicht geprüft werden; alle Objekte werden gezeigt.</translation>
    </message>
    <message>
        <source>The filter does not ask for values; it uses those that the author set.</source>
        <translation>Der Filter fragt nicht nach Werten; es gelten die, die der Autor darin gelassen hat.</translation>
    </message>
    <message>
        <source>The filter is nested too deeply.</source>
        <translation>Der Filter ist zu tief verschachtelt.</translation>
    </message>
    <message>
        <source>The filter is not supported; all features are shown.</source>
        <translation>Der Filter wird nicht unterstützt; alle Objekte werden gezeigt.</translation>
    </message>
    <message>
        <source>The filter is too long.</source>
        <translation>Der Filter ist zu lang.</translation>
    </message>
    <message>
        <source>The filter uses SQL that is not supported.</source>
        <translation>Der Filter verwendet SQL, das nicht unterstützt wird.</translation>
    </message>
    <message>
        <source>The filter uses the field “{field}”, which does not exist.</source>
        <translation>Der Filter verlangt das Feld „{field}“, das es nicht gibt.</translation>
    </message>
    <message>
        <source>The filter uses “{name}”, which is not supported.</source>
        <translation>Der Filter verwendet „{name}“; das wird nicht unterstützt.</translation>
    </message>
    <message>
        <source>The font “{font}” is not installed: “{substitute}” is drawn instead.</source>
        <translation>Die Schrift „{font}“ ist nicht installiert: Stattdessen wird „{substitute}“ gezeichnet.</translation>
    </message>
    <message>
        <source>The format “{mask}” in an Arcade expression is not supported.</source>
        <translation>Das Format „{mask}“ eines Arcade-Ausdrucks wird nicht unterstützt.</translation>
    </message>
    <message>
        <source>The geodatabase describes the relationship “{relationship}” only in part; it may be missing.</source>
        <translation>Die Geodatabase beschreibt die Beziehung „{relationship}“ nur zum Teil; sie kann fehlen.</translation>
    </message>
    <message>
        <source>The geodatabase describes this table only in part: titles, value lists, subtypes, rules or symbols may be missing.</source>
        <translation>Die Geodatabase beschreibt diese Tabelle nur zum Teil: Titel, Wertelisten, Subtypen, Regeln oder Symbole können fehlen.</translation>
    </message>
    <message>
        <source>The geodatabase's description of this table contains characters that cannot be read, shown as �.</source>
        <translation>Was die Geodatabase über diese Tabelle sagt, enthält unlesbare Zeichen, gezeigt als �.</translation>
    </message>
    <message>
        <source>The heat map has the same radius on the screen at every scale.</source>
        <translation>Die Heatmap behält ihren Radius auf dem Bildschirm in jedem Maßstab.</translation>
    </message>
    <message>
        <source>The individual stops of the time slider are not kept.</source>
        <translation>Die einzelnen Stufen des Zeitschiebers werden nicht übernommen.</translation>
    </message>
    <message>
        <source>The layer does not refresh automatically: an offline map has no network.</source>
        <translation>Der Layer aktualisiert sich nicht von selbst: Eine Offline-Karte hat kein Netzwerk.</translation>
    </message>
    <message>
        <source>The layer is shown at all times.</source>
        <translation>Der Layer wird zu allen Zeiten gezeigt.</translation>
    </message>
    <message>
        <source>The layer “{layer}” no longer exists.</source>
        <translation>Der Layer „{layer}“ ist verschwunden.</translation>
    </message>
    <message>
        <source>The legend does not show how the opacity of symbols varies.</source>
        <translation>Die Legende zeigt nicht, wie sich die Deckkraft der Symbole ändert.</translation>
    </message>
    <message>
        <source>The legend shows the first {shown} of {all} symbols.</source>
        <translation>Die Legende zeigt die ersten {shown} von {all} Symbolen.</translation>
    </message>
    <message>
        <source>The map defines no symbols; plain ones are shown.</source>
        <translation>Die Karte sagt nichts über Symbole; gezeigt werden einfache.</translation>
    </message>
    <message>
        <source>The name “{table}” is reserved in a GeoPackage; the table is called “{name}” in the working copy.</source>
        <translation>GeoPackage behält den Namen „{table}“ für sich; in der Arbeitskopie heißt die Tabelle „{name}“.</translation>
    </message>
    <message>
        <source>The offline map has no layer “{layer}”, so its saved edits are left out.</source>
        <translation>Die Offline-Karte hat keinen Layer „{layer}“, daher werden dessen gespeicherte Änderungen ausgelassen.</translation>
    </message>
    <message>
        <source>The offline map uses the spatial reference of “{name}”, which differs from that of the web map.</source>
        <translation>Die Offline-Karte übernimmt den Raumbezug von „{name}“, der von dem der Webkarte abweicht.</translation>
    </message>
    <message>
        <source>The offline map was finished: no feature service knows of it any more.</source>
        <translation>Die Offline-Karte ist beendet: Kein Feature-Service weiß mehr von ihr.</translation>
    </message>
    <message>
        <source>The offline map “{map}” on this computer used that replica; edits not sent yet: {count}. Its next update registers it again.</source>
        <translation>Die Offline-Karte „{map}“ auf diesem Computer hat dieses Replikat benutzt; nicht gesendete Änderungen an ihr: {count}. Bei der nächsten Aktualisierung wird sie neu registriert.</translation>
    </message>
    <message>
        <source>The order in which features are drawn is not kept.</source>
        <translation>Die Zeichenreihenfolge der Objekte wird nicht übernommen.</translation>
    </message>
    <message>
        <source>The package was made without sync.</source>
        <translation>Das Paket wurde ohne Synchronisierung erstellt.</translation>
    </message>
    <message>
        <source>The path of a marker cannot be read; a circle is shown.</source>
        <translation>Der Pfad eines Markers kann nicht gelesen werden; ein Kreis wird dargestellt.</translation>
    </message>
    <message>
        <source>The picture “{picture}” is not in the offline map: {reason}</source>
        <translation>Das Bild „{picture}“ ist nicht in der Offline-Karte: {reason}</translation>
    </message>
    <message>
        <source>The portal has an older package of “{service}” than this offline map, which stays as it is.</source>
        <translation>Das Portal hat ein älteres Paket von „{service}“ als diese Offline-Karte, die bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>The reference basemap “{name}” covers {percent} % of the map area.</source>
        <translation>Die Referenz-Grundkarte „{name}“ deckt {percent} % des Kartengebiets ab.</translation>
    </message>
    <message>
        <source>The relation “{name}” is left out: its fields do not exist.</source>
        <translation>Die Beziehung „{name}“ entfällt: Ihre Felder gibt es nicht.</translation>
    </message>
    <message>
        <source>The relation “{name}” is left out: its intermediate table does not exist.</source>
        <translation>Die Beziehung „{name}“ entfällt: Die Tabelle zwischen ihren Seiten gibt es nicht.</translation>
    </message>
    <message>
        <source>The relation “{name}” is left out: the related table is not in the map.</source>
        <translation>Die Beziehung „{name}“ entfällt: Ihre andere Seite ist nicht in der Karte.</translation>
    </message>
    <message>
        <source>The replicas of “{service}” cannot be listed: {reason}</source>
        <translation>Die Replikate von „{service}“ können nicht aufgelistet werden: {reason}</translation>
    </message>
    <message>
        <source>The saved edit of {feature} in “{layer}” is left out: {reason}.</source>
        <translation>Die gespeicherte Änderung von {feature} in „{layer}“ bleibt weg: {reason}.</translation>
    </message>
    <message>
        <source>The saved edit of {feature} is left out: its layer does not accept such edits.</source>
        <translation>Die gespeicherte Änderung von {feature} wird ausgelassen: Ihr Layer nimmt solche Änderungen nicht an.</translation>
    </message>
    <message>
        <source>The scheduled updates of “{service}” could not be used, so the newest package was taken: {reason}</source>
        <translation>Die geplanten Aktualisierungen von „{service}“ waren nicht zu gebrauchen, daher wurde das neueste Paket genommen: {reason}</translation>
    </message>
    <message>
        <source>The service accepted none of the edits because it refused one of them.</source>
        <translation>Der Service hat keine der Änderungen übernommen, weil er eine davon abgelehnt hat.</translation>
    </message>
    <message>
        <source>The service does not accept attachments in this layer.</source>
        <translation>Der Service nimmt keine Anhänge dieses Layers an.</translation>
    </message>
    <message>
        <source>The service does not accept changes to the features of this layer.</source>
        <translation>Der Service nimmt keine Änderungen an Objekten dieses Layers an.</translation>
    </message>
    <message>
        <source>The service does not accept deletions in this layer.</source>
        <translation>Der Service nimmt in diesem Layer keine Löschungen an.</translation>
    </message>
    <message>
        <source>The service does not accept edits to this layer from this offline map.</source>
        <translation>Der Service nimmt von dieser Offline-Karte keine Änderungen an diesem Layer an.</translation>
    </message>
    <message>
        <source>The service does not accept new features in this layer.</source>
        <translation>Der Service nimmt keine neuen Objekte dieses Layers an.</translation>
    </message>
    <message>
        <source>The service gave no answer about it, and does not have it.</source>
        <translation>Der Service hat nichts dazu gesagt und hat es nicht.</translation>
    </message>
    <message>
        <source>The spatial reference of the map “{map}” is unknown or local: web mercator is shown.</source>
        <translation>Der Raumbezug der Karte „{map}“ ist unbekannt oder örtlich: Sie wird in Web-Mercator gezeigt.</translation>
    </message>
    <message>
        <source>The style of the vector tiles cannot be used: {reason}</source>
        <translation>Der Stil der Vektorkacheln wird nicht gelesen: {reason}</translation>
    </message>
    <message>
        <source>The subtypes are shown as one layer.</source>
        <translation>Die Subtypen werden als ein Layer gezeigt.</translation>
    </message>
    <message>
        <source>The symbols of clusters are not kept.</source>
        <translation>Die Symbole der Cluster bleiben nicht erhalten.</translation>
    </message>
    <message>
        <source>The time slider has no time span.</source>
        <translation>Der Zeitschieber nennt keine Zeitspanne.</translation>
    </message>
    <message>
        <source>The value list “{domain}” is missing or incomplete in the geodatabase.</source>
        <translation>Die Werteliste „{domain}“ fehlt in der Geodatabase oder ist nicht vollständig.</translation>
    </message>
    <message>
        <source>The values that the service filled in itself in “{layer}” are not known here: {error}</source>
        <translation>Was der Service in „{layer}“ selbst eingetragen hat, ist hier nicht bekannt: {error}</translation>
    </message>
    <message>
        <source>These features are part of the map itself, so the layer is read-only.</source>
        <translation>Diese Objekte gehören zur Karte selbst, deshalb ist der Layer schreibgeschützt.</translation>
    </message>
    <message>
        <source>This layer belongs to an offline map that is not registered with its feature service.</source>
        <translation>Dieser Layer gehört zu einer Offline-Karte, die nicht bei ihrem Feature-Service registriert ist.</translation>
    </message>
    <message>
        <source>This layer is read-only until its offline map is registered with the feature service: the next update does that.</source>
        <translation>Dieser Layer ist schreibgeschützt, bis seine Offline-Karte beim Feature-Service registriert ist; das geschieht bei der nächsten Aktualisierung.</translation>
    </message>
    <message>
        <source>This layer is read-only while a job writes to its offline map.</source>
        <translation>Dieser Layer ist schreibgeschützt, solange ein Auftrag in seine Offline-Karte schreibt.</translation>
    </message>
    <message>
        <source>This layer is read-only: {reason}</source>
        <translation>Dieser Layer ist schreibgeschützt: {reason}</translation>
    </message>
    <message>
        <source>This offline map gets no updates, so its layers are read-only.</source>
        <translation>Diese Offline-Karte erhält keine Aktualisierungen; ihre Layer sind daher schreibgeschützt.</translation>
    </message>
    <message>
        <source>This offline map gets scheduled updates, so its layers are read-only.</source>
        <translation>Diese Offline-Karte erhält geplante Aktualisierungen; ihre Layer sind daher schreibgeschützt.</translation>
    </message>
    <message>
        <source>This offline map gets scheduled updates: in this layer features can only be added.</source>
        <translation>Diese Offline-Karte erhält geplante Aktualisierungen; in diesem Layer können Objekte nur hinzugefügt werden.</translation>
    </message>
    <message>
        <source>This table is not a layer of the feature service, so it is read-only.</source>
        <translation>Diese Tabelle ist kein Layer des Feature-Services; sie ist daher schreibgeschützt.</translation>
    </message>
    <message>
        <source>This use of the Arcade function “{name}” is not supported.</source>
        <translation>Diese Verwendung der Arcade-Funktion „{name}“ wird nicht unterstützt.</translation>
    </message>
    <message>
        <source>Tiles are missing in so many places that the {count} smallest stay blank.</source>
        <translation>An so vielen Stellen fehlen Kacheln, dass die {count} kleinsten leer bleiben.</translation>
    </message>
    <message>
        <source>Tracks of moving features are not joined.</source>
        <translation>Spuren bewegter Objekte werden nicht verbunden.</translation>
    </message>
    <message>
        <source>Underlines and strikethrough in the texts of symbols are not drawn.</source>
        <translation>Unter- und Durchstreichungen in Texten von Symbolen werden nicht gezeichnet.</translation>
    </message>
    <message>
        <source>Values normalised by “{kind}” are not supported.</source>
        <translation>Werte, die durch „{kind}“ normalisiert sind, werden nicht unterstützt.</translation>
    </message>
    <message>
        <source>Values that do not fit into number fields, and were left empty: {count} ({fields}).</source>
        <translation>Werte, die nicht in Zahlenfelder passen und jetzt leer sind: {count} ({fields}).</translation>
    </message>
    <message>
        <source>Values that do not fit their field and were left empty: {count}.</source>
        <translation>Werte, die nicht in ihr Feld passen und leer sind: {count}.</translation>
    </message>
    <message>
        <source>What was added is at “{service}” now. If a newer package does not contain it yet, this map shows it again after the next scheduled update.</source>
        <translation>Was hinzugefügt wurde, ist jetzt bei „{service}“. Einem neueren Paket kann es fehlen: Dann zeigt diese Karte es nach der nächsten geplanten Aktualisierung wieder.</translation>
    </message>
    <message>
        <source>Where detailed tiles are missing, the map stays blank: the area is too large to enlarge coarser ones.</source>
        <translation>Wo feinere Kacheln fehlen, bleibt die Karte leer: Das Gebiet ist zu groß, um dort gröbere zu vergrößern.</translation>
    </message>
    <message>
        <source>Where tiles are enlarged a lot, they are drawn only in part.</source>
        <translation>Wo die Kacheln stark vergrößert werden, werden sie nur zum Teil gezeichnet.</translation>
    </message>
    <message>
        <source>Whether “{name}” covers the map area could not be checked.</source>
        <translation>Ob „{name}“ das Kartengebiet abdeckt, konnte nicht geprüft werden.</translation>
    </message>
    <message>
        <source>Whether “{service}” has changes could not be found out: {reason}</source>
        <translation>Ob „{service}“ Änderungen hat, war nicht festzustellen: {reason}</translation>
    </message>
    <message>
        <source>Your edits are in a version of “{service}”: others see them after reconcile and post.</source>
        <translation>Ihre Änderungen sind in einer Version von „{service}“: Andere sehen sie nach dem Abgleichen und Zurückschreiben.</translation>
    </message>
    <message>
        <source>Your edits are in the version {version} of “{service}”: others see them after reconcile and post.</source>
        <translation>Ihre Änderungen sind in der Version {version} von „{service}“: Andere sehen sie nach dem Abgleichen und Zurückschreiben.</translation>
    </message>
    <message>
        <source>it has another spatial reference and cannot be projected</source>
        <translation>sie einen anderen Raumbezug hat und sich nicht umrechnen lässt</translation>
    </message>
    <message>
        <source>it has curves</source>
        <translation>sie Kurven hat</translation>
    </message>
    <message>
        <source>it has more than {count} million coordinates</source>
        <translation>sie mehr als {count} Millionen Koordinaten hat</translation>
    </message>
    <message>
        <source>it has too many holes</source>
        <translation>sie zu viele Löcher hat</translation>
    </message>
    <message>
        <source>it has unknown flags (a curve or a newer kind of geometry)</source>
        <translation>sie unbekannte Merkmale hat (eine Kurve oder eine neuere Art von Geometrie)</translation>
    </message>
    <message>
        <source>it is in another spatial reference than its layer</source>
        <translation>sie hat einen anderen Raumbezug als ihr Layer</translation>
    </message>
    <message>
        <source>it is not a geometry, or is larger than {size} MiB</source>
        <translation>sie keine Geometrie ist oder mehr als {size} MiB hat</translation>
    </message>
    <message>
        <source>its coordinates are not numbers</source>
        <translation>ihre Koordinaten keine Zahlen sind</translation>
    </message>
    <message>
        <source>its coordinates are outside the grid</source>
        <translation>ihre Koordinaten das Gitter verlassen</translation>
    </message>
    <message>
        <source>its geometry type is not that of its layer</source>
        <translation>sie von anderer Art ist als ihr Layer</translation>
    </message>
    <message>
        <source>its geometry type is not that of its table</source>
        <translation>sie von einem anderen Geometrietyp ist als ihre Tabelle</translation>
    </message>
    <message>
        <source>its header does not fit its length</source>
        <translation>ihr Kopf nicht zu ihrer Länge passt</translation>
    </message>
    <message>
        <source>its parts are not where its header says</source>
        <translation>ihre Teile nicht dort sind, wo ihr Kopf sie nennt</translation>
    </message>
    <message>
        <source>its spatial reference is not in the file</source>
        <translation>ihr Raumbezug nicht in der Datei steht</translation>
    </message>
    <message>
        <source>one of its rings is not closed</source>
        <translation>ein Ring sich nicht schließt</translation>
    </message>
    <message>
        <source>{count} tiles are outside the web mercator square and are not drawn.</source>
        <translation>{count} Kacheln liegen außerhalb des Web-Mercator-Quadrats und werden nicht gezeichnet.</translation>
    </message>
    <message>
        <source>{count} tiles have an unknown format and stay blank.</source>
        <translation>{count} Kacheln haben kein bekanntes Format und bleiben leer.</translation>
    </message>
    <message>
        <source>{layers} and {more} more: {reason}</source>
        <translation>{layers} und {more} weitere: {reason}</translation>
    </message>
    <message>
        <source>{layers}: {reason}</source>
        <translation>{layers}: {reason}</translation>
    </message>
    <message>
        <source>{lost} of {all} label classes use an expression or a filter that is not supported.</source>
        <translation>{lost} von {all} Beschriftungsklassen verwenden einen Ausdruck oder Filter, der nicht unterstützt wird.</translation>
    </message>
    <message>
        <source>{warning}</source>
        <translation>{warning}</translation>
    </message>
    <message>
        <source>“{field}” can hold {length} characters, but the text has {count}.</source>
        <translation>„{field}“ fasst {length} Zeichen, und der Text hat {count}.</translation>
    </message>
    <message>
        <source>“{field}” cannot hold “{value}”.</source>
        <translation>„{field}“ kann „{value}“ nicht aufnehmen.</translation>
    </message>
    <message>
        <source>“{field}” has an unknown type, “{type}”, and is read as {read}.</source>
        <translation>„{field}“ hat eine unbekannte Deklaration, „{type}“, und wird als {read} gelesen.</translation>
    </message>
    <message>
        <source>“{field}” must have a value.</source>
        <translation>„{field}“ muss einen Wert haben.</translation>
    </message>
    <message>
        <source>“{field}” offers the values of all types, not those of the chosen one.</source>
        <translation>„{field}“ bietet die Werte aller Typen an, nicht die des gewählten.</translation>
    </message>
    <message>
        <source>“{file}” is damaged: tiles in {count} of its {all} bundles may be missing or wrong. Get the package again.</source>
        <translation>„{file}“ ist beschädigt: Kacheln in {count} von {all} Bundle-Dateien fehlen möglicherweise oder sind falsch. Besorgen Sie das Paket erneut.</translation>
    </message>
    <message>
        <source>“{folder}” was not downloaded by this QGIS profile, so its files are kept.</source>
        <translation>„{folder}“ wurde nicht von diesem QGIS-Profil heruntergeladen; die Dateien bleiben daher liegen.</translation>
    </message>
    <message>
        <source>“{layer}” has a new field “{field}”.</source>
        <translation>„{layer}“ hat ein neues Feld „{field}“.</translation>
    </message>
    <message>
        <source>“{layer}” has the new feature {feature} already, with other values in {fields}: these stay, and the saved ones are left out.</source>
        <translation>„{layer}“ hat das neue Objekt {feature} schon, mit anderen Werten in {fields}: diese bleiben, die gespeicherten bleiben weg.</translation>
    </message>
    <message>
        <source>“{layer}” is available online only.</source>
        <translation>„{layer}“ gibt es nur online.</translation>
    </message>
    <message>
        <source>“{layer}” shows the features of another portal item, which are available online only.</source>
        <translation>„{layer}“ zeigt die Objekte eines anderen Elements des Portals: Es gibt sie nur online.</translation>
    </message>
    <message>
        <source>“{layer}”: {loss}</source>
        <translation>„{layer}“: {loss}</translation>
    </message>
    <message>
        <source>“{map}” is a copy of an offline map that is registered already, so it is registered again.</source>
        <translation>„{map}“ ist die Kopie einer Offline-Karte, die schon registriert war; sie wird neu registriert.</translation>
    </message>
    <message>
        <source>“{name}” was replaced or moved after edits were made: {count} edits of “{path}” are not shown here; they are kept in “{folder}”.</source>
        <translation>„{name}“ wurde nach Änderungen ersetzt oder verschoben: {count} Änderungen an „{path}“ werden hier nicht gezeigt; sie sind in „{folder}“ erhalten.</translation>
    </message>
    <message>
        <source>“{property}” of a CIM symbol does not follow the feature; it is the same for all features.</source>
        <translation>„{property}“ eines CIM-Symbols folgt dem Objekt nicht; darin sehen alle Objekte gleich aus.</translation>
    </message>
    <message>
        <source>“{property}” of a CIM symbol is not supported; all features look the same.</source>
        <translation>„{property}“ eines CIM-Symbols wird nicht unterstützt; alle Objekte sehen gleich aus.</translation>
    </message>
    <message>
        <source>“{property}” of {kind} has a value that cannot be used.</source>
        <translation>„{property}“ von {kind} hat einen unbrauchbaren Wert.</translation>
    </message>
    <message>
        <source>“{property}” of {kind} is not shown.</source>
        <translation>„{property}“ von {kind} wird nicht dargestellt.</translation>
    </message>
    <message>
        <source>“{service}” does not accept edits from this offline map: {reason}</source>
        <translation>„{service}“ nimmt keine Änderungen dieser Offline-Karte an: {reason}</translation>
    </message>
    <message>
        <source>“{service}” has a newer package, with {size} bytes.</source>
        <translation>„{service}“ hat ein neueres Paket mit {size} Byte.</translation>
    </message>
    <message>
        <source>“{service}” has no new data.</source>
        <translation>„{service}“ hat keine neuen Daten.</translation>
    </message>
    <message>
        <source>“{service}” has no replica {replica} that belongs to you.</source>
        <translation>„{service}“ kennt kein Replikat {replica} von Ihnen.</translation>
    </message>
    <message>
        <source>“{service}” has scheduled updates: {count}, with {size} bytes.</source>
        <translation>„{service}“ hat geplante Aktualisierungen: {count}, mit {size} Byte.</translation>
    </message>
    <message>
        <source>“{service}” is not registered for this offline map yet, and its layers are read-only: {reason}</source>
        <translation>„{service}“ ist für diese Offline-Karte noch nicht registriert, und seine Layer sind schreibgeschützt: {reason}</translation>
    </message>
    <message>
        <source>“{service}” is versioned: others see your edits after its administrator has reconciled and posted them.</source>
        <translation>„{service}“ ist versioniert: Andere sehen Ihre Änderungen erst, wenn der Administrator sie abgeglichen und zurückgeschrieben hat.</translation>
    </message>
    <message>
        <source>“{service}” no longer knew this offline map. It was registered again, its rows are those of the service now, and your edits are kept.</source>
        <translation>„{service}“ kannte diese Offline-Karte nicht mehr: Sie ist neu registriert, ihre Layer haben den Stand des Service, und Ihre Änderungen sind erhalten.</translation>
    </message>
    <message>
        <source>“{service}” was not asked for changes by others: “Check for updates” does that.</source>
        <translation>„{service}“ wurde nicht gefragt, was andere geändert haben: Das tut „Nach Aktualisierungen suchen“.</translation>
    </message>
    <message>
        <source>“{value}” is not one of the values allowed for “{field}”.</source>
        <translation>„{value}“ ist keiner der Werte, die „{field}“ haben darf.</translation>
    </message>
</context>
<context>
    <name>OfflineMapAlgorithm</name>
    <message>
        <source>Authentication</source>
        <translation>Authentifizierung</translation>
    </message>
</context>
<context>
    <name>OfflineMapError</name>
    <message>
        <source>A copy without a replica does not start jobs.</source>
        <translation>Eine Kopie ohne Replikat beginnt keine Aufträge.</translation>
    </message>
    <message>
        <source>A feature of “{layer}” has no GlobalID.</source>
        <translation>Ein Objekt von „{layer}“ hat keine GlobalID.</translation>
    </message>
    <message>
        <source>A feature of “{layer}” has no attributes.</source>
        <translation>Ein Objekt von „{layer}“ hat keine Attribute.</translation>
    </message>
    <message>
        <source>A geometry ends early.</source>
        <translation>Eine Geometrie endet zu früh.</translation>
    </message>
    <message>
        <source>A geometry of the working copy is damaged.</source>
        <translation>Eine Geometrie der Arbeitskopie ist fehlerhaft.</translation>
    </message>
    <message>
        <source>A geometry of type {code} does not fit any layer.</source>
        <translation>Eine Geometrie des Typs {code} passt zu keinem Layer.</translation>
    </message>
    <message>
        <source>A geometry of type {code} does not fit its layer.</source>
        <translation>Eine Geometrie des Typs {code} passt nicht zu ihrem Layer.</translation>
    </message>
    <message>
        <source>A job at “{host}” failed: {message}</source>
        <translation>Ein Auftrag bei „{host}“ ist fehlgeschlagen: {message}</translation>
    </message>
    <message>
        <source>A later version of Offline Map Areas made the working copy “{file}”.</source>
        <translation>Eine spätere Version von Offline Map Areas hat die Arbeitskopie „{file}“ angelegt.</translation>
    </message>
    <message>
        <source>A reference basemap directory was given, but no file name, and the map's author specified none.</source>
        <translation>Ein Ordner für die Referenz-Grundkarte ist angegeben, aber kein Dateiname, und der Autor der Karte nennt keinen.</translation>
    </message>
    <message>
        <source>A relative path starts at the folder that holds the offline map.</source>
        <translation>Ein relativer Pfad beginnt beim Ordner, in dem die Offline-Karte liegt.</translation>
    </message>
    <message>
        <source>A shape of {bytes} bytes is too large for a geodatabase.</source>
        <translation>Eine Geometrie von {bytes} Byte passt nicht in eine Geodatabase.</translation>
    </message>
    <message>
        <source>A vector tile in “{file}” cannot be read.</source>
        <translation>Eine Vektorkachel in „{file}“ ist nicht lesbar.</translation>
    </message>
    <message>
        <source>An address given by the portal cannot be used: it is not a plain http or https address.</source>
        <translation>Eine vom Portal genannte Adresse ist nicht verwendbar: Sie ist keine einfache http- oder https-Adresse.</translation>
    </message>
    <message>
        <source>An attachment of “{layer}” arrived in a form that cannot be read.</source>
        <translation>Ein Anhang von „{layer}“ kam in einer Form, die nicht gelesen werden kann.</translation>
    </message>
    <message>
        <source>Ask for its certificate authority to be added to those that QGIS trusts.</source>
        <translation>Lassen Sie seine Zertifizierungsstelle zu denen hinzufügen, denen QGIS vertraut.</translation>
    </message>
    <message>
        <source>Ask for the package to be created again for a smaller area.</source>
        <translation>Lassen Sie das Paket für ein kleineres Gebiet neu erstellen.</translation>
    </message>
    <message>
        <source>Ask for the package to be created again with floating point values.</source>
        <translation>Lassen Sie das Paket mit Gleitkommawerten neu erstellen.</translation>
    </message>
    <message>
        <source>Ask its administrator for an address of the portal that does not use it, such as a second web adaptor, and sign in there with OAuth2, a token, or user name and password.</source>
        <translation>Fragen Sie nach einer Adresse des Portals ohne sie, etwa einem zweiten Web Adaptor, und melden Sie sich dort mit OAuth2, einem Token oder Benutzername und Passwort an.</translation>
    </message>
    <message>
        <source>Ask its author to create map areas.</source>
        <translation>Bitten Sie ihren Autor, Kartengebiete anzulegen.</translation>
    </message>
    <message>
        <source>Ask its author to set the map area up again, then download it again.</source>
        <translation>Bitten Sie den Autor, das Kartengebiet neu einzurichten, und laden Sie es dann erneut herunter.</translation>
    </message>
    <message>
        <source>Ask its owner to add them.</source>
        <translation>Bitten Sie den Besitzer, sie hinzuzufügen.</translation>
    </message>
    <message>
        <source>Ask its owner to enable sync, then download the map area again.</source>
        <translation>Bitten Sie den Besitzer, die Synchronisierung zu aktivieren, und laden Sie das Kartengebiet dann erneut herunter.</translation>
    </message>
    <message>
        <source>Ask its owner to enable sync.</source>
        <translation>Bitten Sie den Besitzer, die Synchronisierung zu aktivieren.</translation>
    </message>
    <message>
        <source>Ask the map's author to set up the map area again, with sync enabled.</source>
        <translation>Bitten Sie den Autor der Karte, das Kartengebiet mit aktivierter Synchronisierung neu einzurichten.</translation>
    </message>
    <message>
        <source>Ask the map's author to set up the map area again.</source>
        <translation>Bitten Sie den Autor der Karte, das Kartengebiet neu einzurichten.</translation>
    </message>
    <message>
        <source>Ask the owner of the map area.</source>
        <translation>Fragen Sie den Besitzer des Kartengebiets.</translation>
    </message>
    <message>
        <source>Ask the owner to share the item with you, or sign in with another account.</source>
        <translation>Bitten Sie den Besitzer, das Element für Sie freizugeben, oder melden Sie sich mit einem anderen Konto an.</translation>
    </message>
    <message>
        <source>Both a web map and an offline map were given, but only one of them can be used.</source>
        <translation>Eine Webkarte und eine Offline-Karte wurden angegeben; nur eine davon kann verwendet werden.</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>Check both. If the portal uses single sign-on or a second factor, choose an OAuth2 configuration or a token instead.</source>
        <translation>Prüfen Sie beides. Wo das Portal Single Sign-on oder einen zweiten Faktor verwendet, wählen Sie stattdessen eine OAuth2-Konfiguration oder ein Token.</translation>
    </message>
    <message>
        <source>Check its path.</source>
        <translation>Prüfen Sie den Pfad.</translation>
    </message>
    <message>
        <source>Check that the file is there and that you may read it.</source>
        <translation>Prüfen Sie, ob die Datei vorhanden ist und Sie sie lesen dürfen.</translation>
    </message>
    <message>
        <source>Check that you may read it.</source>
        <translation>Prüfen Sie, ob Sie sie lesen dürfen.</translation>
    </message>
    <message>
        <source>Check the address and the network connection.</source>
        <translation>Prüfen Sie die Adresse und die Netzwerkverbindung.</translation>
    </message>
    <message>
        <source>Check the address; the server may be down.</source>
        <translation>Prüfen Sie die Adresse; vielleicht läuft der Server nicht.</translation>
    </message>
    <message>
        <source>Check the authentication configuration.</source>
        <translation>Prüfen Sie die Authentifizierungskonfiguration.</translation>
    </message>
    <message>
        <source>Check the disk and the folder, then start again.</source>
        <translation>Prüfen Sie Datenträger und Ordner und starten Sie dann erneut.</translation>
    </message>
    <message>
        <source>Check the disk and the folder, then try again.</source>
        <translation>Prüfen Sie Datenträger und Ordner und versuchen Sie es dann erneut.</translation>
    </message>
    <message>
        <source>Check the disk and your permissions.</source>
        <translation>Prüfen Sie den Datenträger und Ihre Berechtigungen.</translation>
    </message>
    <message>
        <source>Check the disk or the network drive, then start again.</source>
        <translation>Prüfen Sie den Datenträger oder das Netzlaufwerk und starten Sie dann erneut.</translation>
    </message>
    <message>
        <source>Check the id; if the item is private, sign in with an account that may see it.</source>
        <translation>Prüfen Sie die ID; ist das Element privat, melden Sie sich mit einem Konto an, das es sehen darf.</translation>
    </message>
    <message>
        <source>Check the path.</source>
        <translation>Prüfen Sie den Pfad.</translation>
    </message>
    <message>
        <source>Check the port of the address; the portal may also require a client certificate.</source>
        <translation>Prüfen Sie den Port der Adresse; das Portal kann auch ein Client-Zertifikat verlangen.</translation>
    </message>
    <message>
        <source>Check the portal's address, and whether the network itself requires you to sign in.</source>
        <translation>Prüfen Sie die Adresse des Portals und ob das Netzwerk selbst eine Anmeldung verlangt.</translation>
    </message>
    <message>
        <source>Check the portal's address, or contact its administrator.</source>
        <translation>Prüfen Sie die Adresse des Portals oder wenden Sie sich an dessen Administrator.</translation>
    </message>
    <message>
        <source>Check the proxy settings of QGIS.</source>
        <translation>Prüfen Sie die Proxy-Einstellungen von QGIS.</translation>
    </message>
    <message>
        <source>Check this computer's clock; if it is right, contact the portal's administrator.</source>
        <translation>Prüfen Sie die Uhr dieses Computers; geht sie richtig, dann sagen Sie es dem Administrator des Portals.</translation>
    </message>
    <message>
        <source>Choose a .geodatabase file.</source>
        <translation>Wählen Sie eine .geodatabase-Datei.</translation>
    </message>
    <message>
        <source>Choose a .tpk, .tpkx or .vtpk file or the folder of a tile cache.</source>
        <translation>Wählen Sie eine .tpk-, .tpkx- oder .vtpk-Datei oder den Ordner eines Kachel-Caches.</translation>
    </message>
    <message>
        <source>Choose a .tpk, .tpkx or .vtpk file.</source>
        <translation>Wählen Sie eine .tpk-, .tpkx- oder .vtpk-Datei.</translation>
    </message>
    <message>
        <source>Choose a file written by “Export local edits” or by an update.</source>
        <translation>Wählen Sie eine Datei, die „Lokale Änderungen exportieren“ oder eine Aktualisierung geschrieben hat.</translation>
    </message>
    <message>
        <source>Choose a folder on this computer or on the share that holds the offline map; you can give a share a drive letter.</source>
        <translation>Wählen Sie einen Ordner dieses Computers oder der Freigabe, auf der die Offline-Karte liegt; eine Freigabe kann einen Laufwerksbuchstaben bekommen.</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to, on a disk that has space.</source>
        <translation>Wählen Sie einen Ordner, in den Sie schreiben dürfen, auf einem Datenträger mit freiem Platz.</translation>
    </message>
    <message>
        <source>Choose a folder that you may write to.</source>
        <translation>Wählen Sie einen Ordner, in den Sie schreiben dürfen.</translation>
    </message>
    <message>
        <source>Choose a folder whose path does not contain it.</source>
        <translation>Wählen Sie einen Ordner, in dessen Pfad es nicht vorkommt.</translation>
    </message>
    <message>
        <source>Choose a folder with a shorter name, or one closer to the root of the disk.</source>
        <translation>Wählen Sie einen Ordner mit kürzerem Namen oder einen, der weiter oben auf dem Datenträger liegt.</translation>
    </message>
    <message>
        <source>Choose a new or empty folder.</source>
        <translation>Wählen Sie einen neuen oder leeren Ordner.</translation>
    </message>
    <message>
        <source>Choose a new or empty folder: a download never overwrites anything.</source>
        <translation>Wählen Sie einen neuen oder leeren Ordner: Ein Download überschreibt nie etwas.</translation>
    </message>
    <message>
        <source>Choose an authentication configuration for this portal.</source>
        <translation>Wählen Sie eine Authentifizierungskonfiguration für dieses Portal.</translation>
    </message>
    <message>
        <source>Choose another direction.</source>
        <translation>Wählen Sie eine andere Richtung.</translation>
    </message>
    <message>
        <source>Choose another file.</source>
        <translation>Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>Choose another folder, or delete that one if you no longer need it.</source>
        <translation>Wählen Sie einen anderen Ordner oder entfernen Sie jenen, wenn Sie ihn nicht mehr brauchen.</translation>
    </message>
    <message>
        <source>Choose another folder, or leave it empty.</source>
        <translation>Wählen Sie einen anderen Ordner oder keinen.</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>Choose another offline map.</source>
        <translation>Wählen Sie eine andere Offline-Karte.</translation>
    </message>
    <message>
        <source>Choose another output file.</source>
        <translation>Wählen Sie eine andere Ausgabedatei.</translation>
    </message>
    <message>
        <source>Choose another title.</source>
        <translation>Wählen Sie einen anderen Titel.</translation>
    </message>
    <message>
        <source>Choose another update mode, or ask the map's author to turn scheduled updates on.</source>
        <translation>Wählen Sie einen anderen Aktualisierungsmodus oder bitten Sie den Autor der Karte, geplante Aktualisierungen einzuschalten.</translation>
    </message>
    <message>
        <source>Choose another update mode.</source>
        <translation>Wählen Sie einen anderen Aktualisierungsmodus.</translation>
    </message>
    <message>
        <source>Choose another working folder; the edits in that one stay there.</source>
        <translation>Wählen Sie einen anderen Arbeitsordner; die Änderungen in jenem bleiben dort erhalten.</translation>
    </message>
    <message>
        <source>Choose one of the type Basic, Esri token, OAuth2, API header or PKI.</source>
        <translation>Wählen Sie eine der Art Basic, Esri-Token, OAuth2, API-Header oder PKI.</translation>
    </message>
    <message>
        <source>Choose one of those in the QGIS options, under Authentication.</source>
        <translation>Wählen Sie eine aus den QGIS-Optionen, unter Authentifizierung.</translation>
    </message>
    <message>
        <source>Choose one that cannot be mistaken for an address.</source>
        <translation>Wählen Sie einen, der sich nicht mit einer Adresse verwechseln lässt.</translation>
    </message>
    <message>
        <source>Choose the folder of a download, its package.info, an .mmpk file, a geodatabase or a tile package.</source>
        <translation>Wählen Sie den Ordner eines Downloads, dessen package.info, eine .mmpk-Datei, eine Geodatabase oder ein Kachelpaket.</translation>
    </message>
    <message>
        <source>Choose the folder of a download, its package.info, or an .mmpk file.</source>
        <translation>Wählen Sie den Ordner eines Downloads, dessen package.info oder eine .mmpk-Datei.</translation>
    </message>
    <message>
        <source>Choose the folder of a download, or its package.info.</source>
        <translation>Wählen Sie den Ordner, den ein Download angelegt hat, oder dessen package.info.</translation>
    </message>
    <message>
        <source>Choose the folder of an offline map that was downloaded from a portal.</source>
        <translation>Wählen Sie den Ordner einer Offline-Karte, die von einem Portal heruntergeladen wurde.</translation>
    </message>
    <message>
        <source>Close it there, or wait until that program is done, then try again.</source>
        <translation>Schließen Sie sie dort, oder warten Sie, bis jenes Programm fertig ist, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Connect the disk that holds it, or remove it from the list.</source>
        <translation>Schließen Sie den Datenträger an, auf dem es liegt, oder entfernen Sie es aus der Liste.</translation>
    </message>
    <message>
        <source>Contact the administrator of the service.</source>
        <translation>Wenden Sie sich an den Administrator des Service.</translation>
    </message>
    <message>
        <source>Contact the owner of the map area.</source>
        <translation>Wenden Sie sich an den Besitzer des Kartengebiets.</translation>
    </message>
    <message>
        <source>Contact the portal's administrator.</source>
        <translation>Verständigen Sie den Administrator des Portals.</translation>
    </message>
    <message>
        <source>Copy the folder again: it is incomplete.</source>
        <translation>Kopieren Sie den Ordner erneut: Er ist unvollständig.</translation>
    </message>
    <message>
        <source>Copy the tile package there, or leave the directory empty to download the basemap.</source>
        <translation>Kopieren Sie das Kachelpaket dorthin oder lassen Sie den Ordner weg, um die Grundkarte herunterzuladen.</translation>
    </message>
    <message>
        <source>Copy the whole folder again.</source>
        <translation>Kopieren Sie den ganzen Ordner noch einmal.</translation>
    </message>
    <message>
        <source>Delete it and open the offline map again: it will be created again.</source>
        <translation>Löschen Sie die Datei und öffnen Sie die Offline-Karte noch einmal: Sie wird neu erstellt.</translation>
    </message>
    <message>
        <source>Delete that file and open the offline map again: it will be created again.</source>
        <translation>Entfernen Sie diese Datei und öffnen Sie die Offline-Karte erneut: Sie wird neu angelegt.</translation>
    </message>
    <message>
        <source>Details are in the report “{file}”.</source>
        <translation>Details stehen im Bericht „{file}“.</translation>
    </message>
    <message>
        <source>Download again. If this keeps happening, ask the map's author to refresh the package.</source>
        <translation>Laden Sie erneut herunter; bleibt es dabei, bitten Sie den Autor der Karte, das Paket zu erneuern.</translation>
    </message>
    <message>
        <source>Download it again.</source>
        <translation>Laden Sie es erneut herunter.</translation>
    </message>
    <message>
        <source>Download the map area again with another update mode.</source>
        <translation>Laden Sie das Kartengebiet mit einem anderen Aktualisierungsmodus erneut herunter.</translation>
    </message>
    <message>
        <source>Download the map area again with the folder “{folder}”: it continues where it stopped.</source>
        <translation>Laden Sie das Kartengebiet noch einmal mit dem Ordner „{folder}“ herunter: Der Download geht weiter, wo er aufgehört hat.</translation>
    </message>
    <message>
        <source>Download the map area again, into another folder.</source>
        <translation>Laden Sie das Kartengebiet noch einmal herunter, in einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Download the map area again, or copy the whole folder again.</source>
        <translation>Laden Sie das Kartengebiet erneut herunter, oder kopieren Sie den ganzen Ordner noch einmal.</translation>
    </message>
    <message>
        <source>Download the map area again.</source>
        <translation>Laden Sie das Kartengebiet erneut herunter.</translation>
    </message>
    <message>
        <source>Download the map area with this plugin.</source>
        <translation>Laden Sie das Kartengebiet mit dieser Erweiterung herunter.</translation>
    </message>
    <message>
        <source>Edits of “{map}” were sent, but it is not known yet whether they arrived.</source>
        <translation>Änderungen von „{map}“ wurden gesendet, und ob sie ankamen, ist noch nicht bekannt.</translation>
    </message>
    <message>
        <source>Enter an address like https://www.arcgis.com or https://gis.example.org/portal.</source>
        <translation>Geben Sie eine Adresse wie https://www.arcgis.com oder https://gis.example.org/portal an.</translation>
    </message>
    <message>
        <source>Enter it as portal URL if you trust it.</source>
        <translation>Geben Sie es als Portal-URL an, wenn Sie ihm vertrauen.</translation>
    </message>
    <message>
        <source>Enter its item id or any link to it.</source>
        <translation>Geben Sie ihre Element-ID oder einen Link zu ihr an.</translation>
    </message>
    <message>
        <source>Enter one as shown by “List replicas”.</source>
        <translation>Geben Sie eines so an, wie „Replikate auflisten“ es zeigt.</translation>
    </message>
    <message>
        <source>Enter one of your connections ({titles}), or an address like https://gis.example.org/portal.</source>
        <translation>Geben Sie eine Ihrer Verbindungen an ({titles}) oder eine Adresse wie https://gis.example.org/portal.</translation>
    </message>
    <message>
        <source>Enter one, such as the portal's name.</source>
        <translation>Geben Sie ihr einen, etwa den Namen des Portals.</translation>
    </message>
    <message>
        <source>Enter the address of ArcGIS Online or of a portal, like https://gis.example.org/portal. If it is right, the network itself may require you to sign in.</source>
        <translation>Geben Sie die Adresse von ArcGIS Online oder eines Portals an, etwa https://gis.example.org/portal. Wenn sie stimmt, verlangt vielleicht das Netzwerk selbst eine Anmeldung.</translation>
    </message>
    <message>
        <source>Enter the address of the feature service, then /replicas/ and the id.</source>
        <translation>Geben Sie die Adresse des Feature-Services an, dann /replicas/ und die ID.</translation>
    </message>
    <message>
        <source>Enter the file name of the tile package too.</source>
        <translation>Geben Sie auch den Dateinamen des Kachelpakets an.</translation>
    </message>
    <message>
        <source>Enter the folder as reference basemap directory, and only the name as file name.</source>
        <translation>Geben Sie den Ordner als Ordner der Referenz-Grundkarte und nur den Namen als Dateinamen an.</translation>
    </message>
    <message>
        <source>Enter the id of the web map (32 digits and letters) or the address of its page.</source>
        <translation>Geben Sie die ID der Webkarte (32 Ziffern und Buchstaben) oder die Adresse ihrer Seite an.</translation>
    </message>
    <message>
        <source>Enter the portal's address, like https://gis.example.org/portal.</source>
        <translation>Geben Sie die Adresse des Portals an, etwa https://gis.example.org/portal.</translation>
    </message>
    <message>
        <source>Free some space and start again.</source>
        <translation>Schaffen Sie Platz und starten Sie erneut.</translation>
    </message>
    <message>
        <source>Free some space and start again: what was downloaded so far is kept.</source>
        <translation>Schaffen Sie Platz und starten Sie erneut: Was angekommen ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Free some space or choose a folder on another disk.</source>
        <translation>Schaffen Sie Platz oder wählen Sie einen Ordner auf einem anderen Datenträger.</translation>
    </message>
    <message>
        <source>Free some space, or choose a folder on another disk.</source>
        <translation>Schaffen Sie Platz oder wählen Sie einen Ordner auf einem anderen Datenträger.</translation>
    </message>
    <message>
        <source>Get the file again.</source>
        <translation>Besorgen Sie die Datei erneut.</translation>
    </message>
    <message>
        <source>Get the offline map again from a source that you trust.</source>
        <translation>Besorgen Sie die Offline-Karte erneut aus einer Quelle, der Sie vertrauen.</translation>
    </message>
    <message>
        <source>Get the offline map again from a source that you trust. A reference basemap must be on this computer or on the share that holds the offline map.</source>
        <translation>Besorgen Sie die Offline-Karte neu aus einer Quelle, der Sie vertrauen. Eine Referenz-Grundkarte muss auf diesem Computer liegen oder auf der Freigabe, auf der die Offline-Karte liegt.</translation>
    </message>
    <message>
        <source>Get the package again from a source that you trust.</source>
        <translation>Besorgen Sie das Paket erneut aus einer Quelle, der Sie vertrauen.</translation>
    </message>
    <message>
        <source>Get the package again, or ask for it to be created again with tiles.</source>
        <translation>Besorgen Sie das Paket erneut oder lassen Sie es mit Kacheln neu erstellen.</translation>
    </message>
    <message>
        <source>Get the package again, or ask for it to be created again.</source>
        <translation>Besorgen Sie das Paket erneut oder lassen Sie es neu erstellen.</translation>
    </message>
    <message>
        <source>Get the package again: this copy is damaged.</source>
        <translation>Besorgen Sie das Paket erneut: Diese Kopie ist beschädigt.</translation>
    </message>
    <message>
        <source>Get the package again: this copy is incomplete.</source>
        <translation>Besorgen Sie das Paket erneut: Diese Kopie ist unvollständig.</translation>
    </message>
    <message>
        <source>If that host belongs to your organization, add it to “Hosts in private networks” in the QGIS options, Offline Map Areas (setting plugins/offline_map_areas/private_hosts).</source>
        <translation>Gehört dieser Host zu Ihrer Organisation, tragen Sie ihn in den QGIS-Optionen unter Offline Map Areas bei „Hosts in privaten Netzwerken“ ein (Einstellung plugins/offline_map_areas/private_hosts).</translation>
    </message>
    <message>
        <source>If you trust its source, unpack it into a new folder and open that folder.</source>
        <translation>Wenn Sie der Quelle vertrauen, entpacken Sie das Archiv in einen neuen Ordner und öffnen Sie diesen Ordner.</translation>
    </message>
    <message>
        <source>It is not a picture that can be shown.</source>
        <translation>Was kam, ist kein Bild, das gezeigt werden kann.</translation>
    </message>
    <message>
        <source>Its address cannot be used.</source>
        <translation>Seine Adresse ist nicht brauchbar.</translation>
    </message>
    <message>
        <source>Its extent is used instead.</source>
        <translation>Stattdessen wird seine Ausdehnung verwendet.</translation>
    </message>
    <message>
        <source>Its map areas are: {titles}.</source>
        <translation>Ihre Kartengebiete sind: {titles}.</translation>
    </message>
    <message>
        <source>Layers of “{file}” are being edited: {layers}.</source>
        <translation>Layer von „{file}“ werden gerade bearbeitet: {layers}.</translation>
    </message>
    <message>
        <source>Layers of “{folder}” are being edited in {application}, process {process} on {host}.</source>
        <translation>Layer von „{folder}“ werden in {application} bearbeitet, Prozess {process} auf {host}.</translation>
    </message>
    <message>
        <source>Layers of “{folder}” are being edited: {layers}.</source>
        <translation>Layer von „{folder}“ werden gerade bearbeitet: {layers}.</translation>
    </message>
    <message>
        <source>Leave one of them out.</source>
        <translation>Lassen Sie eine davon weg.</translation>
    </message>
    <message>
        <source>List the map areas again.</source>
        <translation>Listen Sie die Kartengebiete erneut auf.</translation>
    </message>
    <message>
        <source>Move it away, or choose another folder.</source>
        <translation>Verschieben Sie ihn oder wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Move it to another folder if you need it.</source>
        <translation>Verschieben Sie die Datei in einen anderen Ordner, wenn Sie sie brauchen.</translation>
    </message>
    <message>
        <source>Move that folder away, and download the map area again.</source>
        <translation>Verschieben Sie diesen Ordner, und laden Sie das Kartengebiet noch einmal herunter.</translation>
    </message>
    <message>
        <source>Move that folder away, or choose another parent folder.</source>
        <translation>Verschieben Sie jenen Ordner oder wählen Sie einen anderen übergeordneten Ordner.</translation>
    </message>
    <message>
        <source>No folder was given for the offline map.</source>
        <translation>Für die Offline-Karte wurde kein Ordner angegeben.</translation>
    </message>
    <message>
        <source>No portal answers at “{address}”.</source>
        <translation>Unter „{address}“ antwortet kein Portal.</translation>
    </message>
    <message>
        <source>No replica was given.</source>
        <translation>Es wurde kein Replikat angegeben.</translation>
    </message>
    <message>
        <source>No secure connection to “{host}” could be made: it may not accept https on this port.</source>
        <translation>Zu „{host}“ kam keine sichere Verbindung zustande: Vielleicht wird an diesem Port kein https gesprochen.</translation>
    </message>
    <message>
        <source>No shape of “{table}” in “{file}” can be read: {reason}.</source>
        <translation>Keine Geometrie von „{table}“ in „{file}“ kann gelesen werden, weil {reason}.</translation>
    </message>
    <message>
        <source>No web map was given.</source>
        <translation>Es wurde keine Webkarte angegeben.</translation>
    </message>
    <message>
        <source>Nobody has signed in with this OAuth2 configuration yet, and there is no window to do so here.</source>
        <translation>Mit dieser OAuth2-Konfiguration hat sich noch niemand angemeldet, und hier gibt es kein Fenster dafür.</translation>
    </message>
    <message>
        <source>Open it as its author drew it.</source>
        <translation>Öffnen Sie die Karte, wie ihr Autor sie gezeichnet hat.</translation>
    </message>
    <message>
        <source>Open it in the portal's map viewer and save it again.</source>
        <translation>Öffnen Sie sie im Map Viewer des Portals und speichern Sie sie erneut.</translation>
    </message>
    <message>
        <source>Open it with a QGIS whose GDAL has the MRF driver.</source>
        <translation>Öffnen Sie es mit einem QGIS, dessen GDAL den MRF-Treiber hat.</translation>
    </message>
    <message>
        <source>Open it with a newer QGIS, or ask for it to be created in web mercator.</source>
        <translation>Öffnen Sie es mit einem neueren QGIS oder lassen Sie es in Web-Mercator erstellen.</translation>
    </message>
    <message>
        <source>Open the map area or the geodatabase that the changes belong to.</source>
        <translation>Öffnen Sie das Kartengebiet oder die Geodatabase, zu der die Änderungen gehören.</translation>
    </message>
    <message>
        <source>Open the offline map again. If this keeps happening, download it again.</source>
        <translation>Öffnen Sie die Offline-Karte erneut; bleibt es dabei, laden Sie sie neu herunter.</translation>
    </message>
    <message>
        <source>Open the package itself: its values are then read directly from it.</source>
        <translation>Öffnen Sie das Paket selbst: Seine Werte werden angezeigt, wo sie liegen.</translation>
    </message>
    <message>
        <source>Pack its content again as a plain ZIP archive.</source>
        <translation>Packen Sie den Inhalt neu als einfaches ZIP-Archiv.</translation>
    </message>
    <message>
        <source>QGIS cannot open layers there: it does not support “{sign}” in the name “{name}”.</source>
        <translation>QGIS kann dort keine Layer öffnen: Es liest „{sign}“ im Namen „{name}“ nicht.</translation>
    </message>
    <message>
        <source>QGIS cannot open the layer “{layer}”: it does not support “{sign}” in the name “{name}”.</source>
        <translation>QGIS kann den Layer „{layer}“ nicht öffnen: Es liest „{sign}“ im Namen „{name}“ nicht.</translation>
    </message>
    <message>
        <source>QGIS cannot open vector tiles there: it does not support “{sign}” in the name “{name}”.</source>
        <translation>QGIS kann dort keine Vektorkacheln öffnen: Es liest „{sign}“ im Namen „{name}“ nicht.</translation>
    </message>
    <message>
        <source>QGIS cannot open “{file}”, which contains the layer “{layer}”.</source>
        <translation>QGIS kann „{file}“ mit dem Layer „{layer}“ nicht öffnen.</translation>
    </message>
    <message>
        <source>QGIS could not store the sign-in: its authentication database is locked.</source>
        <translation>QGIS konnte die Anmeldung nicht speichern: Seine Authentifizierungsdatenbank ist gesperrt.</translation>
    </message>
    <message>
        <source>QGIS has no token for the authentication configuration “{name}”.</source>
        <translation>QGIS hat kein Token für die Authentifizierungskonfiguration „{name}“.</translation>
    </message>
    <message>
        <source>Remove it from the list.</source>
        <translation>Entfernen Sie es aus der Liste.</translation>
    </message>
    <message>
        <source>Remove the link, then update again.</source>
        <translation>Entfernen Sie die Verknüpfung, dann aktualisieren Sie noch einmal.</translation>
    </message>
    <message>
        <source>Remove the rule if it is yours; otherwise download the map area again.</source>
        <translation>Entfernen Sie die Regel, wenn sie von Ihnen stammt; sonst laden Sie das Kartengebiet erneut herunter.</translation>
    </message>
    <message>
        <source>Remove the trigger if it is yours. Otherwise save your edits with “Export local edits”, which can still read them, and download the map area again.</source>
        <translation>Entfernen Sie den Trigger, wenn er von Ihnen stammt. Sonst speichern Sie Ihre Änderungen mit „Lokale Änderungen exportieren“, das sie trotzdem liest, und laden das Kartengebiet erneut herunter.</translation>
    </message>
    <message>
        <source>Rename that folder or file, or choose another folder, and open the offline map again.</source>
        <translation>Benennen Sie diesen Ordner oder diese Datei um, oder wählen Sie einen anderen Ordner, und öffnen Sie die Offline-Karte noch einmal.</translation>
    </message>
    <message>
        <source>Row {row} of “{table}” in “{file}” is neither as in the geodatabase nor as an update left it, and no edit of it was recorded.</source>
        <translation>Zeile {row} von „{table}“ in „{file}“ ist weder, was die Geodatabase enthält, noch, was eine Aktualisierung brachte, und keine Änderung daran ist vermerkt.</translation>
    </message>
    <message>
        <source>Rows of “{layer}” in the newest package have no GlobalID of their own.</source>
        <translation>Zeilen von „{layer}“ im neuesten Paket haben keine eigene GlobalID.</translation>
    </message>
    <message>
        <source>Save a connection to that portal if you trust it.</source>
        <translation>Speichern Sie eine Verbindung zu diesem Portal, wenn Sie ihm vertrauen.</translation>
    </message>
    <message>
        <source>Save as many of your edits as you can, delete the file, and open the offline map again.</source>
        <translation>Speichern Sie von Ihren Änderungen, was Sie können, löschen Sie die Datei und öffnen Sie die Offline-Karte erneut.</translation>
    </message>
    <message>
        <source>Save as many of your edits as you can, then delete it from “{folder}”: it will be created again from its geodatabase.</source>
        <translation>Speichern Sie, was Sie von Ihren Änderungen speichern können, und löschen Sie sie dann aus „{folder}“: Sie wird aus ihrer Geodatabase neu erstellt.</translation>
    </message>
    <message>
        <source>Save as many of your edits as you can, then download the map area again.</source>
        <translation>Speichern Sie von Ihren Änderungen, was möglich ist, und laden Sie das Kartengebiet dann erneut herunter.</translation>
    </message>
    <message>
        <source>Save or discard the edits and stop editing, then try again.</source>
        <translation>Speichern oder verwerfen Sie die Änderungen und beenden Sie den Bearbeitungsmodus, dann versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Save or discard the edits there and stop editing, then try again. If that program has crashed, delete “{file}”, which is beside the folder.</source>
        <translation>Speichern oder verwerfen Sie die Änderungen dort und beenden Sie den Bearbeitungsmodus, dann versuchen Sie es noch einmal. Ist jenes Programm abgestürzt, löschen Sie „{file}“ neben dem Ordner.</translation>
    </message>
    <message>
        <source>Sign in again with it in QGIS, or check that it sends a bearer token.</source>
        <translation>Melden Sie sich damit in QGIS erneut an oder prüfen Sie, ob sie einen Bearer sendet.</translation>
    </message>
    <message>
        <source>Sign in again, or renew the token of the authentication configuration.</source>
        <translation>Melden Sie sich erneut an oder erneuern Sie das Token der Authentifizierungskonfiguration.</translation>
    </message>
    <message>
        <source>Sign in again, then update again: the update finds out what has arrived.</source>
        <translation>Melden Sie sich erneut an und aktualisieren Sie noch einmal: Was bis jetzt gesendet wurde, ist dann bekannt.</translation>
    </message>
    <message>
        <source>Sign in as that user.</source>
        <translation>Melden Sie sich als dieser Benutzer an.</translation>
    </message>
    <message>
        <source>Sign in as {owner}, or have it registered again: in the panel “Offline Map Areas” of QGIS, or by updating a copy of its folder.</source>
        <translation>Melden Sie sich als {owner} an, oder lassen Sie sie neu registrieren: im Bedienfeld „Offline Map Areas“ von QGIS, oder indem Sie eine Kopie ihres Ordners aktualisieren.</translation>
    </message>
    <message>
        <source>Sign in with an account that may see it, or ask its owner.</source>
        <translation>Melden Sie sich als jemand an, der ihn sehen darf, oder fragen Sie seinen Besitzer.</translation>
    </message>
    <message>
        <source>Sign in with an account that may see it, or save your edits with “Export local edits”.</source>
        <translation>Melden Sie sich als jemand an, der ihn sehen darf, oder speichern Sie Ihre Änderungen mit „Lokale Änderungen exportieren“.</translation>
    </message>
    <message>
        <source>The XML in “{file}” is not read because {reason}.</source>
        <translation>Das XML in „{file}“ wird nicht gelesen: {reason}.</translation>
    </message>
    <message>
        <source>The XML in “{file}” is not well formed.</source>
        <translation>Das XML in „{file}“ ist nicht wohlgeformt.</translation>
    </message>
    <message>
        <source>The answer from “{host}” cannot be read: it is incomplete, damaged or too large.</source>
        <translation>Die Antwort von „{host}“ ist nicht lesbar: abgeschnitten, fehlerhaft oder zu groß.</translation>
    </message>
    <message>
        <source>The attachment “{name}” arrived with {count} bytes instead of {stated}.</source>
        <translation>Der Anhang „{name}“ kam mit {count} Byte statt {stated}.</translation>
    </message>
    <message>
        <source>The authentication configuration “{name}” ({method}) cannot be used for a portal.</source>
        <translation>Die Authentifizierungskonfiguration „{name}“ ({method}) taugt nicht für ein Portal.</translation>
    </message>
    <message>
        <source>The authentication database of QGIS is locked.</source>
        <translation>Die Authentifizierungsdatenbank von QGIS ist gesperrt.</translation>
    </message>
    <message>
        <source>The bundle “{file}” is damaged: {reason}.</source>
        <translation>Die Bundle-Datei „{file}“ ist beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>The connection has no address.</source>
        <translation>Die Verbindung hat keine Adresse.</translation>
    </message>
    <message>
        <source>The connection has no title.</source>
        <translation>Die Verbindung hat keinen Titel.</translation>
    </message>
    <message>
        <source>The connection to “{host}” was closed without an answer: it may accept only https on this port.</source>
        <translation>Die Verbindung zu „{host}“ riss ohne Antwort ab: Vielleicht wird an diesem Port nur https gesprochen.</translation>
    </message>
    <message>
        <source>The connection to “{host}” was lost in the middle of an answer.</source>
        <translation>Die Verbindung zu „{host}“ riss mitten in einer Antwort ab.</translation>
    </message>
    <message>
        <source>The connection to “{host}” was lost.</source>
        <translation>Die Verbindung zu „{host}“ riss ab.</translation>
    </message>
    <message>
        <source>The directory of the archive “{file}” contradicts its content.</source>
        <translation>Das Verzeichnis des Archivs „{file}“ widerspricht seinem Inhalt.</translation>
    </message>
    <message>
        <source>The disk has {free} MB free, but this download needs {needed} MB.</source>
        <translation>Auf dem Datenträger sind {free} MB frei, dieser Download braucht aber {needed} MB.</translation>
    </message>
    <message>
        <source>The disk is full: “{file}” could not be written.</source>
        <translation>Der Datenträger ist voll: „{file}“ konnte nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>The elevation tiles of “{file}” are too far apart to be indexed.</source>
        <translation>Die Höhenkacheln von „{file}“ liegen zu weit auseinander, um indiziert zu werden.</translation>
    </message>
    <message>
        <source>The elevation tiles of “{file}” hold values of a type that is not supported.</source>
        <translation>Die Höhenkacheln von „{file}“ enthalten Werte einer Art, die nicht unterstützt wird.</translation>
    </message>
    <message>
        <source>The feature service “{service}” gave a replica without the layer “{layer}”, of which this offline map has rows.</source>
        <translation>Der Feature-Service „{service}“ gab ein Replikat ohne den Layer „{layer}“, von dem diese Offline-Karte Zeilen hat.</translation>
    </message>
    <message>
        <source>The feature service “{service}” no longer exists, or you may not see it. The offline map stays as it is, with {count} edits not sent yet.</source>
        <translation>Der Feature-Service „{service}“ ist nicht mehr vorhanden, oder Sie dürfen ihn nicht sehen. Die Offline-Karte bleibt, wie sie ist, mit {count} wartenden Änderungen.</translation>
    </message>
    <message>
        <source>The feature service “{service}” offers neither sync nor change tracking to this user.</source>
        <translation>Der Feature-Service „{service}“ synchronisiert für diesen Benutzer nicht und verfolgt auch keine Änderungen.</translation>
    </message>
    <message>
        <source>The feature service “{service}” returned a replica with missing rows.</source>
        <translation>Der Feature-Service „{service}“ lieferte ein Replikat ohne alle seine Zeilen.</translation>
    </message>
    <message>
        <source>The feature services of this map area cannot be synchronised.</source>
        <translation>Die Feature-Services dieses Kartengebiets können nicht synchronisiert werden.</translation>
    </message>
    <message>
        <source>The feature {feature} of “{layer}” arrived with a value in “{field}” that does not fit the field.</source>
        <translation>Das Objekt {feature} von „{layer}“ kam mit einem Wert in „{field}“, der nicht in das Feld passt.</translation>
    </message>
    <message>
        <source>The feature {feature} of “{layer}” arrived without a value in “{field}”, which requires one.</source>
        <translation>Das Objekt {feature} von „{layer}“ kam ohne Wert in „{field}“, wo einer stehen muss.</translation>
    </message>
    <message>
        <source>The feature {feature} of “{layer}” has a value in “{field}” that the field cannot store.</source>
        <translation>Das Objekt {feature} von „{layer}“ enthält in „{field}“ etwas, das nicht in das Feld passt.</translation>
    </message>
    <message>
        <source>The features of “{layer}” have a geometry type that QGIS layers do not support: {kind}.</source>
        <translation>Die Objekte von „{layer}“ haben eine Geometrie, die kein Layer von QGIS hat: {kind}.</translation>
    </message>
    <message>
        <source>The field “{field}” is missing from the layer “{layer}” of the working copy.</source>
        <translation>Im Layer „{layer}“ der Arbeitskopie fehlt das Feld „{field}“.</translation>
    </message>
    <message>
        <source>The file of changes “{file}” is not understood: {place}.</source>
        <translation>Die Datei mit Änderungen „{file}“ wird nicht verstanden: {place}.</translation>
    </message>
    <message>
        <source>The folder of “{area}” contains an earlier download with other settings.</source>
        <translation>Der Ordner von „{area}“ enthält einen früheren Download mit anderen Einstellungen.</translation>
    </message>
    <message>
        <source>The folder “{file}” cannot be read: {reason}.</source>
        <translation>Der Ordner „{file}“ ist nicht lesbar: {reason}.</translation>
    </message>
    <message>
        <source>The folder “{file}” has no “{member}”.</source>
        <translation>Im Ordner „{file}“ fehlt „{member}“.</translation>
    </message>
    <message>
        <source>The folder “{folder}” is in the way: it is not an unfinished download.</source>
        <translation>Der Ordner „{folder}“ ist im Weg: Er ist kein unvollendeter Download.</translation>
    </message>
    <message>
        <source>The folder “{name}” is not empty.</source>
        <translation>Der Ordner „{name}“ ist nicht leer.</translation>
    </message>
    <message>
        <source>The geodatabase of “{layer}” has no layer number {number}.</source>
        <translation>Die Geodatabase von „{layer}“ enthält keinen Layer Nummer {number}.</translation>
    </message>
    <message>
        <source>The geodatabase “{file}” cannot be opened: {reason}.</source>
        <translation>Die Geodatabase „{file}“ kann nicht geöffnet werden: {reason}.</translation>
    </message>
    <message>
        <source>The geodatabase “{file}” cannot be read: {reason}.</source>
        <translation>Die Geodatabase „{file}“ kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The geodatabase “{file}” ends early.</source>
        <translation>Die Geodatabase „{file}“ endet zu früh.</translation>
    </message>
    <message>
        <source>The geodatabase “{file}” has no replica, so it cannot be synchronised.</source>
        <translation>Die Geodatabase „{file}“ enthält kein Replikat und kann daher nicht synchronisiert werden.</translation>
    </message>
    <message>
        <source>The geodatabase “{file}” is damaged: {reason}.</source>
        <translation>Die Geodatabase „{file}“ ist beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>The host “{host}” was not found.</source>
        <translation>Der Host „{host}“ wurde nicht gefunden.</translation>
    </message>
    <message>
        <source>The layer “{layer}” is missing from the working copy.</source>
        <translation>In der Arbeitskopie fehlt der Layer „{layer}“.</translation>
    </message>
    <message>
        <source>The layer “{layer}” of the working copy has lost its shapes.</source>
        <translation>Der Layer „{layer}“ der Arbeitskopie hat seine Geometrien verloren.</translation>
    </message>
    <message>
        <source>The link to the web map leads to “{portal}”, for which this sign-in was not given.</source>
        <translation>Der Link zur Webkarte führt zu „{portal}“, für das diese Anmeldung nicht angegeben wurde.</translation>
    </message>
    <message>
        <source>The map area has no package for “{layer}”.</source>
        <translation>Das Kartengebiet enthält kein Paket für „{layer}“.</translation>
    </message>
    <message>
        <source>The map area “{area}” has no layer that can be taken offline.</source>
        <translation>Das Kartengebiet „{area}“ hat keinen Layer, der offline gehen kann.</translation>
    </message>
    <message>
        <source>The map area “{map}” is no longer on the portal, or not shared with you. The offline map stays as it is.</source>
        <translation>Das Kartengebiet „{map}“ ist nicht mehr im Portal oder nicht für Sie freigegeben. Die Offline-Karte bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>The map area “{map}” no longer has the package “{package}”: its author has set it up again, or shares it with others. The offline map stays as it is.</source>
        <translation>Das Kartengebiet „{map}“ hat das Paket „{package}“ nicht mehr: Sein Autor hat es neu eingerichtet oder gibt es für andere frei. Die Offline-Karte bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>The map areas have no field item_id.</source>
        <translation>Die Kartengebiete haben kein Feld item_id.</translation>
    </message>
    <message>
        <source>The map document {name}.mmap of the offline map “{folder}” is missing.</source>
        <translation>Der Offline-Karte „{folder}“ fehlt ihr Kartendokument {name}.mmap.</translation>
    </message>
    <message>
        <source>The map “{title}” cannot be read.</source>
        <translation>Die Karte „{title}“ ist nicht lesbar.</translation>
    </message>
    <message>
        <source>The name of the bundle “{file}” does not match the start of any bundle.</source>
        <translation>Die Bundle-Datei „{file}“ ist nach einer Stelle benannt, an der keine oder eine andere beginnt.</translation>
    </message>
    <message>
        <source>The name “{name}”, or the path to it, is too long.</source>
        <translation>Der Name „{name}“ oder der Pfad dorthin ist zu lang.</translation>
    </message>
    <message>
        <source>The newest package is used instead.</source>
        <translation>Stattdessen wird das neueste Paket genommen.</translation>
    </message>
    <message>
        <source>The newest package of “{service}” has another schema ({place}). The offline map stays as it is.</source>
        <translation>Das neueste Paket von „{service}“ hat ein anderes Schema ({place}). Die Offline-Karte bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>The newest package of “{service}” is older than this offline map, which stays as it is.</source>
        <translation>Das neueste Paket von „{service}“ enthält einen älteren Stand als diese Offline-Karte, die bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>The newest package of “{service}” is that of another map area. The offline map stays as it is.</source>
        <translation>Das neueste Paket von „{service}“ ist das eines anderen Kartengebiets. Die Offline-Karte bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>The offline map “{folder}” leads to “{portal}”, for which this sign-in was not given.</source>
        <translation>Die Offline-Karte „{folder}“ führt zu „{portal}“, für das diese Anmeldung nicht angegeben wurde.</translation>
    </message>
    <message>
        <source>The offline map “{title}” has no layer that can be opened.</source>
        <translation>Die Offline-Karte „{title}“ hat keinen Layer, der sich öffnen lässt.</translation>
    </message>
    <message>
        <source>The outline of the map area cannot be read.</source>
        <translation>Der Umriss des Kartengebiets ist nicht lesbar.</translation>
    </message>
    <message>
        <source>The output would replace the input “{file}”.</source>
        <translation>Die Ausgabe würde die Eingabe „{file}“ ersetzen.</translation>
    </message>
    <message>
        <source>The package of “{service}” is that of another service now: {other}. The offline map stays as it is.</source>
        <translation>Das Paket von „{service}“ ist jetzt das eines anderen Dienstes: {other}. Die Offline-Karte bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>The package.info of “{title}” does not list any map.</source>
        <translation>Die package.info von „{title}“ nennt keine Karte.</translation>
    </message>
    <message>
        <source>The path of the layer “{layer}” cannot be understood.</source>
        <translation>Der Pfad des Layers „{layer}“ ist nicht verständlich.</translation>
    </message>
    <message>
        <source>The path of the layer “{layer}” leads out of the offline map.</source>
        <translation>Der Pfad des Layers „{layer}“ führt aus der Offline-Karte hinaus.</translation>
    </message>
    <message>
        <source>The path of the layer “{layer}” leads to another computer or to something that is not a file.</source>
        <translation>Der Pfad des Layers „{layer}“ führt zu einem anderen Computer oder zu etwas, das keine Datei ist.</translation>
    </message>
    <message>
        <source>The pictures of this map are too large.</source>
        <translation>Die Bilder dieser Karte sind zu groß.</translation>
    </message>
    <message>
        <source>The pictures of this map take too long to download.</source>
        <translation>Das Herunterladen der Bilder dieser Karte dauert zu lange.</translation>
    </message>
    <message>
        <source>The portal could not create the packages of “{area}”.</source>
        <translation>Das Portal konnte die Pakete von „{area}“ nicht erstellen.</translation>
    </message>
    <message>
        <source>The portal does not say who is signed in.</source>
        <translation>Das Portal sagt nicht, wer Sie sind.</translation>
    </message>
    <message>
        <source>The portal is creating the packages of “{area}” right now.</source>
        <translation>Das Portal erstellt die Pakete von „{area}“ gerade.</translation>
    </message>
    <message>
        <source>The portal lists a resource whose name is not a file name.</source>
        <translation>Das Portal nennt eine Ressource, die kein Dateiname ist.</translation>
    </message>
    <message>
        <source>The portal returned a different item than the one requested.</source>
        <translation>Das Portal antwortete mit einem anderen Element als dem gefragten.</translation>
    </message>
    <message>
        <source>The portal returned an item without an id.</source>
        <translation>Das Portal lieferte ein Element ohne ID.</translation>
    </message>
    <message>
        <source>The portal sent {got} bytes of “{file}” instead of the {size} that its item states.</source>
        <translation>Das Portal sendete nicht die {size} Byte von „{file}“, die sein Element ankündigt, sondern {got}.</translation>
    </message>
    <message>
        <source>The project “{file}” cannot be inspected because {reason}.</source>
        <translation>Das Projekt „{file}“ kann nicht durchgesehen werden, weil {reason}.</translation>
    </message>
    <message>
        <source>The project “{file}” cannot be read, or contains no offline map.</source>
        <translation>Das Projekt „{file}“ ist nicht lesbar oder enthält keine Offline-Karte.</translation>
    </message>
    <message>
        <source>The project “{file}” could not be written: {reason}.</source>
        <translation>Das Projekt „{file}“ konnte nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>The proxy does not connect to “{host}”.</source>
        <translation>Der Proxy stellt keine Verbindung zu „{host}“ her.</translation>
    </message>
    <message>
        <source>The reference basemap directory “{directory}” does not exist.</source>
        <translation>Den Ordner „{directory}“ der Referenz-Grundkarte gibt es nicht.</translation>
    </message>
    <message>
        <source>The reference basemap directory “{directory}” is on another computer or is not a valid path.</source>
        <translation>Der Ordner „{directory}“ der Referenz-Grundkarte liegt auf einem anderen Computer oder ist kein gültiger Pfad.</translation>
    </message>
    <message>
        <source>The reference basemap “{name}” is not a tile package.</source>
        <translation>Die Referenz-Grundkarte „{name}“ ist kein Kachelpaket.</translation>
    </message>
    <message>
        <source>The reference basemap “{name}” is not in the given directory, or it is empty.</source>
        <translation>Die Referenz-Grundkarte „{name}“ liegt nicht im angegebenen Ordner, oder sie ist leer.</translation>
    </message>
    <message>
        <source>The replica of “{map}” was registered by another user ({owner}). Only that user can unregister it.</source>
        <translation>Das Replikat von „{map}“ hat ein anderer Benutzer registriert ({owner}); nur dieser kann es abmelden.</translation>
    </message>
    <message>
        <source>The rows of “{table}” in “{file}” are out of order.</source>
        <translation>Die Zeilen von „{table}“ in „{file}“ sind durcheinander.</translation>
    </message>
    <message>
        <source>The schema of “{service}” has changed since the map area was packaged, so nothing was synchronised. Changes: {count}; the first: {change}</source>
        <translation>Das Schema von „{service}“ hat sich geändert, seit das Kartengebiet gepackt wurde, daher wurde nichts synchronisiert. Unterschiede: {count}; der erste: {change}</translation>
    </message>
    <message>
        <source>The server sent a different part of “{file}” than was requested.</source>
        <translation>Der Server sendete einen anderen Teil von „{file}“ als den verlangten.</translation>
    </message>
    <message>
        <source>The shape of the feature {feature} of “{layer}” cannot be read: {reason}.</source>
        <translation>Die Geometrie des Objekts {feature} von „{layer}“ kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The shape of the feature {feature} of “{layer}” cannot be sent: {reason}</source>
        <translation>Die Geometrie des Objekts {feature} von „{layer}“ kann nicht gesendet werden: {reason}</translation>
    </message>
    <message>
        <source>The sign-in at “{host}” is no longer valid.</source>
        <translation>Die Anmeldung bei „{host}“ gilt nicht mehr.</translation>
    </message>
    <message>
        <source>The table “{table}” of “{file}” cannot be read: {reason}.</source>
        <translation>Die Tabelle „{table}“ in „{file}“ kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The table “{table}” of “{file}” could not be read.</source>
        <translation>Die Tabelle „{table}“ aus „{file}“ konnte nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The table “{table}” of “{file}” has a geometry type that is not supported ({code}).</source>
        <translation>Die Tabelle „{table}“ in „{file}“ hat einen Geometrietyp, der nicht unterstützt wird ({code}).</translation>
    </message>
    <message>
        <source>The table “{table}” of “{file}” has columns that hide its row numbers.</source>
        <translation>Die Tabelle „{table}“ in „{file}“ verdeckt ihre Zeilennummern durch Spalten.</translation>
    </message>
    <message>
        <source>The table “{table}” of “{file}” has computed columns.</source>
        <translation>Die Tabelle „{table}“ in „{file}“ hat berechnete Spalten.</translation>
    </message>
    <message>
        <source>The table “{table}” of “{file}” has names with invalid characters.</source>
        <translation>Die Tabelle „{table}“ von „{file}“ hat Namen mit ungültigen Zeichen.</translation>
    </message>
    <message>
        <source>The table “{table}” of “{file}” has no usable spatial reference ({code}).</source>
        <translation>Die Tabelle „{table}“ in „{file}“ hat keinen brauchbaren Raumbezug ({code}).</translation>
    </message>
    <message>
        <source>The table “{table}” of “{file}” has shapes, but their type is not stated anywhere.</source>
        <translation>Die Tabelle „{table}“ von „{file}“ hat Geometrien, aber nirgends steht, welcher Art sie sind.</translation>
    </message>
    <message>
        <source>The table “{table}” of “{file}” is listed in the catalogue, but does not exist.</source>
        <translation>Die Tabelle „{table}“ von „{file}“ steht im Katalog, fehlt aber.</translation>
    </message>
    <message>
        <source>The tile in row {row}, column {column} of level {level} of “{file}” is not a picture.</source>
        <translation>Die Kachel in Zeile {row}, Spalte {column} der Stufe {level} von „{file}“ ist kein Bild.</translation>
    </message>
    <message>
        <source>The tiling scheme in “{file}” cannot be used: {fault}.</source>
        <translation>Das Kachelschema in „{file}“ ist nicht verwendbar: {fault}.</translation>
    </message>
    <message>
        <source>The title “{title}” looks like an address.</source>
        <translation>Der Titel „{title}“ sieht wie eine Adresse aus.</translation>
    </message>
    <message>
        <source>The update of “{map}” is paused: {reason}</source>
        <translation>Die Aktualisierung von „{map}“ ist angehalten: {reason}</translation>
    </message>
    <message>
        <source>The web map has no map areas with these ids: {ids}.</source>
        <translation>Die Webkarte hat keine Kartengebiete mit diesen IDs: {ids}.</translation>
    </message>
    <message>
        <source>The web map of the map area “{title}” no longer exists, or you may not see it.</source>
        <translation>Die Webkarte des Kartengebiets „{title}“ gibt es nicht mehr, oder sie wird Ihnen nicht gezeigt.</translation>
    </message>
    <message>
        <source>The web map “{map}” has no map area “{area}” that you can see.</source>
        <translation>Die Webkarte „{map}“ hat kein Kartengebiet „{area}“, das Sie sehen können.</translation>
    </message>
    <message>
        <source>The web map “{map}” has several map areas named “{area}”.</source>
        <translation>Die Webkarte „{map}“ hat mehrere Kartengebiete namens „{area}“.</translation>
    </message>
    <message>
        <source>The web map “{title}” has no readable list of layers.</source>
        <translation>Die Webkarte „{title}“ enthält keine lesbare Layerliste.</translation>
    </message>
    <message>
        <source>The working copies in “{name}” were made from “{path}” as it was then, not from what “{file}” contains now.</source>
        <translation>Die Arbeitskopien in „{name}“ wurden aus „{path}“ nach dem damaligen Stand erstellt, nicht aus dem, was „{file}“ jetzt enthält.</translation>
    </message>
    <message>
        <source>The working copy of “{file}” could not be written: the disk is full, or the copy became far too large.</source>
        <translation>Die Arbeitskopie von „{file}“ konnte nicht geschrieben werden: Der Datenträger ist voll, oder sie wuchs über jedes Maß.</translation>
    </message>
    <message>
        <source>The working copy “{file}” cannot be read: {reason}.</source>
        <translation>Die Arbeitskopie „{file}“ kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>The working copy “{file}” contains a rule that this plugin did not create: {keyword} in “{table}”.</source>
        <translation>Die Arbeitskopie „{file}“ enthält eine Regel, die nicht ihre eigene ist: {keyword} in „{table}“.</translation>
    </message>
    <message>
        <source>The working copy “{file}” contains a trigger that this plugin did not create: {trigger}.</source>
        <translation>Die Arbeitskopie „{file}“ enthält einen fremden Trigger: {trigger}.</translation>
    </message>
    <message>
        <source>There is already a connection titled “{title}”.</source>
        <translation>Es gibt schon eine Verbindung mit dem Titel „{title}“.</translation>
    </message>
    <message>
        <source>There is no authentication configuration “{id}”.</source>
        <translation>Eine Authentifizierungskonfiguration „{id}“ gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no basemap of tiles that QGIS can show.</source>
        <translation>Es gibt keine Grundkarte aus Kacheln, die QGIS anzeigen kann.</translation>
    </message>
    <message>
        <source>There is not enough space in the temporary folder to unpack a part of “{file}” ({size} bytes).</source>
        <translation>Der temporäre Ordner hat keinen Platz, um einen Teil von „{file}“ auszupacken ({size} Byte).</translation>
    </message>
    <message>
        <source>There is not enough space on the disk to unpack “{file}” ({size} bytes).</source>
        <translation>Auf dem Datenträger ist kein Platz, um „{file}“ auszupacken ({size} Byte).</translation>
    </message>
    <message>
        <source>This map area has no scheduled updates.</source>
        <translation>Dieses Kartengebiet hat keine geplanten Aktualisierungen.</translation>
    </message>
    <message>
        <source>This map uses more than {most} pictures.</source>
        <translation>Diese Karte nennt mehr als {most} Bilder.</translation>
    </message>
    <message>
        <source>To send edits, download the map area again with the update mode “Sync with feature services”.</source>
        <translation>Laden Sie das Kartengebiet erneut herunter, mit Feature-Services als Aktualisierungsmodus, um Änderungen zu senden.</translation>
    </message>
    <message>
        <source>Try again after the next scheduled update.</source>
        <translation>Versuchen Sie es nach der nächsten geplanten Aktualisierung wieder.</translation>
    </message>
    <message>
        <source>Try again in a few minutes.</source>
        <translation>Versuchen Sie es in ein paar Minuten erneut.</translation>
    </message>
    <message>
        <source>Try again later.</source>
        <translation>Versuchen Sie es später erneut.</translation>
    </message>
    <message>
        <source>Try again later. If this keeps happening, contact the administrator of the service.</source>
        <translation>Versuchen Sie es später noch einmal; bleibt es so, wenden Sie sich an den Administrator des Service.</translation>
    </message>
    <message>
        <source>Try again later. If this keeps happening, contact the portal's administrator.</source>
        <translation>Versuchen Sie es später erneut; bleibt es dabei, wenden Sie sich an den Administrator des Portals.</translation>
    </message>
    <message>
        <source>Try again when the portal has finished refreshing the map area.</source>
        <translation>Versuchen Sie es erneut, wenn das Portal das Kartengebiet fertig erneuert hat.</translation>
    </message>
    <message>
        <source>Try again, and enter the master password of QGIS.</source>
        <translation>Versuchen Sie es erneut, und geben Sie QGIS sein Master-Passwort.</translation>
    </message>
    <message>
        <source>Try again.</source>
        <translation>Versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>Try again. If this keeps happening, contact the administrator of the service.</source>
        <translation>Versuchen Sie es noch einmal; bleibt es so, wenden Sie sich an den Administrator des Service.</translation>
    </message>
    <message>
        <source>Try again. If this keeps happening, contact the portal's administrator.</source>
        <translation>Versuchen Sie es erneut; bleibt es dabei, wenden Sie sich an den Administrator des Portals.</translation>
    </message>
    <message>
        <source>Try again: the next run first finds out what was done.</source>
        <translation>Versuchen Sie es noch einmal: Zuerst wird festgestellt, was schon getan ist.</translation>
    </message>
    <message>
        <source>Unlock it with its master password; without a window, put it into a file and name that file in QGIS_AUTH_PASSWORD_FILE.</source>
        <translation>Entsperren Sie sie mit ihrem Master-Passwort; ohne Fenster nennen Sie in QGIS_AUTH_PASSWORD_FILE die Datei, die es enthält.</translation>
    </message>
    <message>
        <source>Update again. If this keeps happening, contact the administrator of the service.</source>
        <translation>Aktualisieren Sie noch einmal; bleibt es dabei, wenden Sie sich an den Administrator des Service.</translation>
    </message>
    <message>
        <source>Update it without authentication, or have it registered again: in the panel “Offline Map Areas” of QGIS, or by updating a copy of its folder.</source>
        <translation>Aktualisieren Sie sie ohne Authentifizierung, oder lassen Sie sie neu registrieren: im Bedienfeld „Offline Map Areas“ von QGIS, oder indem Sie eine Kopie ihres Ordners aktualisieren.</translation>
    </message>
    <message>
        <source>Update the offline map first, or save the edits, or choose to discard them.</source>
        <translation>Aktualisieren Sie zuerst die Offline-Karte, oder speichern Sie die Änderungen; oder geben Sie an, dass sie verloren gehen dürfen.</translation>
    </message>
    <message>
        <source>Update the offline map first.</source>
        <translation>Aktualisieren Sie zuerst die Offline-Karte.</translation>
    </message>
    <message>
        <source>Update the plugin.</source>
        <translation>Aktualisieren Sie die Erweiterung.</translation>
    </message>
    <message>
        <source>Update without this option.</source>
        <translation>Aktualisieren Sie ohne diese Option.</translation>
    </message>
    <message>
        <source>Use an address that begins with https://, or try again.</source>
        <translation>Geben Sie die Adresse mit https:// an, oder versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Use an address that begins with https://.</source>
        <translation>Geben Sie die Adresse mit https:// an.</translation>
    </message>
    <message>
        <source>Use an address with the host name in the certificate, or contact the portal's administrator.</source>
        <translation>Geben Sie die Adresse mit dem Namen an, der im Zertifikat steht, oder sagen Sie es dem Administrator des Portals.</translation>
    </message>
    <message>
        <source>Use it once in QGIS Desktop with “Persist between launches” turned on.</source>
        <translation>Verwenden Sie sie einmal in QGIS Desktop mit eingeschaltetem „Zwischen den Starts beibehalten“.</translation>
    </message>
    <message>
        <source>Use one of their ids: {ids}.</source>
        <translation>Geben Sie eine ihrer IDs an: {ids}.</translation>
    </message>
    <message>
        <source>Use one of those listed for the service.</source>
        <translation>Geben Sie eine von denen an, die für den Service aufgelistet sind.</translation>
    </message>
    <message>
        <source>Use that address instead if you trust it.</source>
        <translation>Geben Sie stattdessen jene Adresse an, wenn Sie ihr vertrauen.</translation>
    </message>
    <message>
        <source>Use that file, or start again.</source>
        <translation>Verwenden Sie diese Datei, oder beginnen Sie noch einmal.</translation>
    </message>
    <message>
        <source>Use the id or the exact title of a map area of this web map.</source>
        <translation>Geben Sie die ID oder den genauen Titel eines Kartengebiets dieser Webkarte an.</translation>
    </message>
    <message>
        <source>Use the link of a web map that has map areas.</source>
        <translation>Geben Sie den Link einer Webkarte an, die Kartengebiete hat.</translation>
    </message>
    <message>
        <source>Use the output of “List map areas”.</source>
        <translation>Verwenden Sie die Ausgabe von „Kartengebiete auflisten“.</translation>
    </message>
    <message>
        <source>Wait until that job has finished.</source>
        <translation>Warten Sie, bis jener Auftrag beendet ist.</translation>
    </message>
    <message>
        <source>What the portal sent as “{package}” is not a {kind}.</source>
        <translation>Was das Portal als „{package}“ sendete, ist kein {kind}.</translation>
    </message>
    <message>
        <source>Working copies cannot be created in “{name}”: that offline map belongs to another program.</source>
        <translation>In „{name}“ können keine Arbeitskopien angelegt werden: Diese Offline-Karte gehört einem anderen Programm.</translation>
    </message>
    <message>
        <source>Write a GeoPackage instead.</source>
        <translation>Schreiben Sie stattdessen ein GeoPackage.</translation>
    </message>
    <message>
        <source>Write an MBTiles file instead.</source>
        <translation>Schreiben Sie stattdessen eine MBTiles-Datei.</translation>
    </message>
    <message>
        <source>You do not have permission to write to “{name}”.</source>
        <translation>Keine Berechtigung, in „{name}“ zu schreiben.</translation>
    </message>
    <message>
        <source>You do not have permission to write “{file}”.</source>
        <translation>Keine Berechtigung, „{file}“ zu schreiben.</translation>
    </message>
    <message>
        <source>a level has no usable resolution</source>
        <translation>eine Stufe hat keine brauchbare Auflösung</translation>
    </message>
    <message>
        <source>a name in it is both a file and a folder</source>
        <translation>ein Name darin ist zugleich Datei und Ordner</translation>
    </message>
    <message>
        <source>a name in it leads elsewhere ({name})</source>
        <translation>ein Name darin führt anderswohin ({name})</translation>
    </message>
    <message>
        <source>a name occurs twice in it ({name})</source>
        <translation>ein Name darin steht doppelt ({name})</translation>
    </message>
    <message>
        <source>a part of it claims to unpack to more than 200 times its size</source>
        <translation>ein Teil davon wird beim Entpacken angeblich mehr als 200-mal so groß</translation>
    </message>
    <message>
        <source>a tile claims to be impossibly large</source>
        <translation>eine Kachel ist angeblich größer, als Kacheln sind</translation>
    </message>
    <message>
        <source>it contains a link or a device</source>
        <translation>ein Eintrag darin ist eine Verknüpfung oder ein Gerät</translation>
    </message>
    <message>
        <source>it contains more than {count} files</source>
        <translation>es sind mehr als {count} Dateien darin</translation>
    </message>
    <message>
        <source>it contains no project, or several</source>
        <translation>es kein Projekt enthält oder mehrere</translation>
    </message>
    <message>
        <source>it declares a document type</source>
        <translation>es deklariert einen Dokumenttyp</translation>
    </message>
    <message>
        <source>it declares no level, or far too many</source>
        <translation>es nennt keine Stufe oder viel zu viele</translation>
    </message>
    <message>
        <source>it defines its own document type</source>
        <translation>es einen eigenen Dokumenttyp festlegt</translation>
    </message>
    <message>
        <source>it is encrypted</source>
        <translation>sie ist verschlüsselt</translation>
    </message>
    <message>
        <source>it is nested too deeply or too long for a file of its kind</source>
        <translation>es ist tiefer verschachtelt oder länger, als solche Dateien sind</translation>
    </message>
    <message>
        <source>it is not written in UTF-8</source>
        <translation>es nicht in UTF-8 geschrieben ist</translation>
    </message>
    <message>
        <source>it is spread over several files</source>
        <translation>sie ist auf mehrere Dateien verteilt</translation>
    </message>
    <message>
        <source>it is too large for a file of its kind</source>
        <translation>es ist größer, als solche Dateien sind</translation>
    </message>
    <message>
        <source>it uses a compression method (number {method}) that is not supported</source>
        <translation>ihre Art der Kompression (Nummer {method}) wird nicht unterstützt</translation>
    </message>
    <message>
        <source>it uses an entity</source>
        <translation>es verwendet eine Entität</translation>
    </message>
    <message>
        <source>its bundles are so big that QGIS would draw slowly</source>
        <translation>seine Bundle-Dateien sind so groß, dass QGIS langsam zeichnen würde</translation>
    </message>
    <message>
        <source>its bundles have no usable size</source>
        <translation>seine Bundle-Dateien haben keine brauchbare Größe</translation>
    </message>
    <message>
        <source>its files overlap</source>
        <translation>ihre Teile überlappen sich</translation>
    </message>
    <message>
        <source>its header does not belong to a bundle with this many tiles</source>
        <translation>ihr Kopf gehört nicht zu einer Bundle-Datei mit so vielen Kacheln</translation>
    </message>
    <message>
        <source>its index (.bundlx) ends early</source>
        <translation>ihr Index (.bundlx) endet zu früh</translation>
    </message>
    <message>
        <source>its index points into its header</source>
        <translation>ihr Index zeigt in ihren Kopf</translation>
    </message>
    <message>
        <source>its index points outside the file</source>
        <translation>ihr Index zeigt über die Datei hinaus</translation>
    </message>
    <message>
        <source>its origin is not a number</source>
        <translation>sein Ursprung ist keine Zahl</translation>
    </message>
    <message>
        <source>its parts are where QGIS does not look for them</source>
        <translation>seine Teile liegen, wo QGIS nicht sucht</translation>
    </message>
    <message>
        <source>its tiles have no usable size</source>
        <translation>seine Kacheln haben keine brauchbare Größe</translation>
    </message>
    <message>
        <source>this QGIS does not read vector tile packages completely</source>
        <translation>dieses QGIS liest Vektorkachel-Pakete nicht vollständig</translation>
    </message>
    <message>
        <source>two of its levels have the same number</source>
        <translation>zwei seiner Stufen haben dieselbe Nummer</translation>
    </message>
    <message>
        <source>“updates” in the folder of “{map}” is a link, and an update writes nothing behind one.</source>
        <translation>„updates“ im Ordner von „{map}“ ist eine Verknüpfung, und eine Aktualisierung schreibt nichts dahinter.</translation>
    </message>
    <message>
        <source>“{address}” is not the address of a portal.</source>
        <translation>„{address}“ ist nicht die Adresse eines Portals.</translation>
    </message>
    <message>
        <source>“{area}” was downloaded without updates, and the portal has newer packages.</source>
        <translation>„{area}“ wurde ohne Aktualisierungen heruntergeladen, und das Portal hat neuere Pakete.</translation>
    </message>
    <message>
        <source>“{file}” cannot be converted into itself.</source>
        <translation>„{file}“ kann nicht in sich selbst umgewandelt werden.</translation>
    </message>
    <message>
        <source>“{file}” cannot be drawn: this GDAL does not read elevation tiles (LERC).</source>
        <translation>„{file}“ kann nicht gezeichnet werden: Dieses GDAL liest keine Höhenkacheln (LERC).</translation>
    </message>
    <message>
        <source>“{file}” cannot be drawn: {reason}, and its grid is not web mercator.</source>
        <translation>„{file}“ kann nicht gezeichnet werden: {reason}, und sein Raster ist nicht das von Web-Mercator.</translation>
    </message>
    <message>
        <source>“{file}” cannot be read because {reason}.</source>
        <translation>„{file}“ ist nicht lesbar: {reason}.</translation>
    </message>
    <message>
        <source>“{file}” cannot be read.</source>
        <translation>„{file}“ kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>“{file}” cannot be read: {reason}.</source>
        <translation>„{file}“ ist nicht lesbar: {reason}.</translation>
    </message>
    <message>
        <source>“{file}” changed on the portal.</source>
        <translation>„{file}“ hat sich auf dem Portal geändert.</translation>
    </message>
    <message>
        <source>“{file}” changed while it was read.</source>
        <translation>„{file}“ hat sich geändert, während es gelesen wurde.</translation>
    </message>
    <message>
        <source>“{file}” contains no elevation tiles.</source>
        <translation>„{file}“ enthält keine Höhenkacheln.</translation>
    </message>
    <message>
        <source>“{file}” contains no saved edits.</source>
        <translation>„{file}“ enthält keine gespeicherten Änderungen.</translation>
    </message>
    <message>
        <source>“{file}” contains no tiles.</source>
        <translation>„{file}“ enthält keine Kacheln.</translation>
    </message>
    <message>
        <source>“{file}” contains tiles of level {level}, which its tiling scheme does not define.</source>
        <translation>„{file}“ enthält Kacheln der Stufe {level}, die sein Kachelschema nicht kennt.</translation>
    </message>
    <message>
        <source>“{file}” contains two tiles for the same place.</source>
        <translation>„{file}“ enthält zwei Kacheln für denselben Platz.</translation>
    </message>
    <message>
        <source>“{file}” could not be written: its name, or the path to it, is too long.</source>
        <translation>„{file}“ konnte nicht geschrieben werden: Der Name oder der Pfad dorthin ist zu lang.</translation>
    </message>
    <message>
        <source>“{file}” could not be written: {reason}.</source>
        <translation>„{file}“ konnte nicht geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>“{file}” does not belong to this offline map.</source>
        <translation>„{file}“ ist nicht mit dieser Offline-Karte gekommen.</translation>
    </message>
    <message>
        <source>“{file}” does not end in {suffixes}.</source>
        <translation>„{file}“ endet nicht auf {suffixes}.</translation>
    </message>
    <message>
        <source>“{file}” does not exist.</source>
        <translation>„{file}“ gibt es nicht.</translation>
    </message>
    <message>
        <source>“{file}” ends before the data that it declares.</source>
        <translation>„{file}“ endet vor den Daten, die es ankündigt.</translation>
    </message>
    <message>
        <source>“{file}” has no record of what was written into it.</source>
        <translation>„{file}“ sagt nicht, was hineingeschrieben wurde.</translation>
    </message>
    <message>
        <source>“{file}” has no “{member}”.</source>
        <translation>In „{file}“ fehlt „{member}“.</translation>
    </message>
    <message>
        <source>“{file}” has unmerged changes and cannot be copied to read them: {reason}.</source>
        <translation>„{file}“ hat noch nicht zusammengeführte Änderungen und kann nicht kopiert werden, um sie zu lesen: {reason}.</translation>
    </message>
    <message>
        <source>“{file}” has {count} tables.</source>
        <translation>„{file}“ hat {count} Tabellen.</translation>
    </message>
    <message>
        <source>“{file}” has {there} bytes instead of {announced}.</source>
        <translation>„{file}“ hat {there} Byte statt {announced}.</translation>
    </message>
    <message>
        <source>“{file}” is a mobile map package, which cannot be updated.</source>
        <translation>„{file}“ ist ein Mobile-Map-Paket; so etwas wird nicht aktuell gehalten.</translation>
    </message>
    <message>
        <source>“{file}” is damaged: {reason}.</source>
        <translation>„{file}“ ist beschädigt: {reason}.</translation>
    </message>
    <message>
        <source>“{file}” is locked: another program is using it.</source>
        <translation>„{file}“ ist gesperrt: Ein anderes Programm verwendet die Datei.</translation>
    </message>
    <message>
        <source>“{file}” is missing.</source>
        <translation>„{file}“ fehlt.</translation>
    </message>
    <message>
        <source>“{file}” is not a ZIP archive, or it ends early.</source>
        <translation>„{file}“ ist kein ZIP-Archiv oder endet zu früh.</translation>
    </message>
    <message>
        <source>“{file}” is not a geodatabase: it is not a SQLite file.</source>
        <translation>„{file}“ ist keine Geodatabase: Es ist keine SQLite-Datei.</translation>
    </message>
    <message>
        <source>“{file}” is not a map: it is a file of changes (delta) to the geodatabase of a map area.</source>
        <translation>„{file}“ ist keine Karte, sondern eine Datei mit Änderungen (Delta) an der Geodatabase eines Kartengebiets.</translation>
    </message>
    <message>
        <source>“{file}” is not a mobile geodatabase: it is a SQLite file of another kind.</source>
        <translation>„{file}“ ist keine mobile Geodatabase: Es ist eine SQLite-Datei anderer Art.</translation>
    </message>
    <message>
        <source>“{file}” is not a tile package: it contains neither root.json nor conf.xml.</source>
        <translation>„{file}“ ist kein Kachelpaket: Es enthält weder root.json noch conf.xml.</translation>
    </message>
    <message>
        <source>“{file}” is not converted: a GeoPackage for rasters cannot hold vector tiles.</source>
        <translation>„{file}“ wird nicht umgewandelt: In einem GeoPackage für Raster ist kein Platz für Vektorkacheln.</translation>
    </message>
    <message>
        <source>“{file}” is not converted: all of its {count} tiles are outside its grid.</source>
        <translation>„{file}“ wird nicht umgewandelt: Alle {count} Kacheln liegen außerhalb des Rasters.</translation>
    </message>
    <message>
        <source>“{file}” is not converted: its tiles are not on the web mercator grid of MBTiles.</source>
        <translation>„{file}“ wird nicht umgewandelt: Die Kacheln liegen nicht im Web-Mercator-Raster von MBTiles.</translation>
    </message>
    <message>
        <source>“{file}” is not converted: its tiles contain elevations (LERC), which pictures cannot store.</source>
        <translation>„{file}“ wird nicht umgewandelt: Die Kacheln enthalten Höhen (LERC), und Bilder können keine Höhen tragen.</translation>
    </message>
    <message>
        <source>“{file}” is not opened because {reason}.</source>
        <translation>„{file}“ wird nicht geöffnet: {reason}.</translation>
    </message>
    <message>
        <source>“{file}” is not read because its tiles add up to far more than the file holds.</source>
        <translation>„{file}“ wird nicht gelesen, weil seine Kacheln zusammen weit mehr ergeben, als die Datei fasst.</translation>
    </message>
    <message>
        <source>“{file}” is not usable JSON.</source>
        <translation>„{file}“ ist kein brauchbares JSON.</translation>
    </message>
    <message>
        <source>“{file}” is not what it was when it was created: its content has changed since.</source>
        <translation>„{file}“ ist nicht mehr, was die Datei war, als sie erstellt wurde: Ihr Inhalt hat sich seither geändert.</translation>
    </message>
    <message>
        <source>“{file}” is not what the portal sent: its content has changed since.</source>
        <translation>„{file}“ ist nicht mehr, was das Portal geschickt hat: Der Inhalt hat sich seither geändert.</translation>
    </message>
    <message>
        <source>“{file}” of the offline map cannot be read.</source>
        <translation>„{file}“ der Offline-Karte ist nicht lesbar.</translation>
    </message>
    <message>
        <source>“{file}” was written by another program at the same time and was left as it is.</source>
        <translation>„{file}“ wurde gleichzeitig von einem anderen Programm geschrieben und bleibt, wie die Datei ist.</translation>
    </message>
    <message>
        <source>“{file}” would be among the files of the offline map.</source>
        <translation>„{file}“ läge zwischen den Dateien der Offline-Karte.</translation>
    </message>
    <message>
        <source>“{file}” would unpack to more than {ratio} times its size.</source>
        <translation>„{file}“ würde sich auf mehr als das {ratio}-Fache seiner Größe entpacken.</translation>
    </message>
    <message>
        <source>“{folder}” cannot be locked for writing.</source>
        <translation>„{folder}“ kann nicht zum Schreiben gesperrt werden.</translation>
    </message>
    <message>
        <source>“{folder}” cannot be read: {reason}.</source>
        <translation>„{folder}“ kann nicht gelesen werden: {reason}.</translation>
    </message>
    <message>
        <source>“{folder}” contains an unfinished download of another map area, “{title}”.</source>
        <translation>„{folder}“ enthält einen unvollendeten Download eines anderen Kartengebiets, „{title}“.</translation>
    </message>
    <message>
        <source>“{folder}” is being written by {application}, process {process} on {host}.</source>
        <translation>„{folder}“ wird gerade von {application} geschrieben, Prozess {process} auf {host}.</translation>
    </message>
    <message>
        <source>“{folder}” is no longer an offline map.</source>
        <translation>„{folder}“ ist keine Offline-Karte mehr.</translation>
    </message>
    <message>
        <source>“{folder}” is not an offline map that was downloaded from a portal.</source>
        <translation>„{folder}“ ist keine Offline-Karte, die von einem Portal heruntergeladen wurde.</translation>
    </message>
    <message>
        <source>“{folder}” is not an offline map: it has no package.info.</source>
        <translation>„{folder}“ ist keine Offline-Karte: Eine package.info fehlt.</translation>
    </message>
    <message>
        <source>“{folder}” no longer exists.</source>
        <translation>„{folder}“ ist nicht mehr da.</translation>
    </message>
    <message>
        <source>“{folder}” was made by another program. Only that program can update and finish it.</source>
        <translation>„{folder}“ stammt von einem anderen Programm; nur dieses kann sie aktualisieren und abschließen.</translation>
    </message>
    <message>
        <source>“{given}” leads to another portal, “{found}”.</source>
        <translation>„{given}“ führt zu einem anderen Portal, „{found}“.</translation>
    </message>
    <message>
        <source>“{host}” accepted a file but did not return its id.</source>
        <translation>„{host}“ hat eine Datei angenommen, ohne deren ID zu nennen.</translation>
    </message>
    <message>
        <source>“{host}” accepts only https on this port.</source>
        <translation>„{host}“ spricht an diesem Port nur https.</translation>
    </message>
    <message>
        <source>“{host}” answered with a web page instead of data.</source>
        <translation>„{host}“ antwortete mit einer Webseite statt mit Daten.</translation>
    </message>
    <message>
        <source>“{host}” answered with an error: {message}</source>
        <translation>„{host}“ antwortete mit einem Fehler: {message}</translation>
    </message>
    <message>
        <source>“{host}” answered with more data than expected for this request.</source>
        <translation>„{host}“ antwortete mit mehr Daten, als diese Anfrage haben kann.</translation>
    </message>
    <message>
        <source>“{host}” could not prove its identity: its certificate has expired or is not valid yet.</source>
        <translation>„{host}“ konnte sich nicht ausweisen: Sein Zertifikat ist abgelaufen oder gilt noch nicht.</translation>
    </message>
    <message>
        <source>“{host}” could not prove its identity: its certificate is not trusted.</source>
        <translation>„{host}“ konnte sich nicht ausweisen: Seinem Zertifikat wird nicht vertraut.</translation>
    </message>
    <message>
        <source>“{host}” could not prove its identity: its certificate was issued for another host name.</source>
        <translation>„{host}“ konnte sich nicht ausweisen: Sein Zertifikat wurde für einen anderen Hostnamen ausgestellt.</translation>
    </message>
    <message>
        <source>“{host}” created a replica but did not return its id.</source>
        <translation>„{host}“ hat ein Replikat erstellt, ohne dessen ID zu nennen.</translation>
    </message>
    <message>
        <source>“{host}” did not answer in time.</source>
        <translation>„{host}“ antwortet nicht rechtzeitig.</translation>
    </message>
    <message>
        <source>“{host}” did not answer like a service that supports sync.</source>
        <translation>„{host}“ hat nicht wie ein Service geantwortet, der synchronisiert.</translation>
    </message>
    <message>
        <source>“{host}” did not return a usable token.</source>
        <translation>„{host}“ gab kein brauchbares Token.</translation>
    </message>
    <message>
        <source>“{host}” did not unregister the replica.</source>
        <translation>„{host}“ hat das Replikat nicht abgemeldet.</translation>
    </message>
    <message>
        <source>“{host}” does not accept this user name and password.</source>
        <translation>„{host}“ nimmt diesen Benutzernamen und dieses Passwort nicht an.</translation>
    </message>
    <message>
        <source>“{host}” does not allow you to do this: {message}</source>
        <translation>„{host}“ erlaubt Ihnen das nicht: {message}</translation>
    </message>
    <message>
        <source>“{host}” does not have what was requested, or you may not see it.</source>
        <translation>„{host}“ hat nicht, wonach gefragt wurde, oder zeigt es Ihnen nicht.</translation>
    </message>
    <message>
        <source>“{host}” does not issue a token for this certificate or account.</source>
        <translation>„{host}“ gibt für dieses Zertifikat oder Konto kein Token.</translation>
    </message>
    <message>
        <source>“{host}” is busy or not working ({message}).</source>
        <translation>„{host}“ ist überlastet oder gestört ({message}).</translation>
    </message>
    <message>
        <source>“{host}” keeps redirecting in a circle.</source>
        <translation>„{host}“ leitet endlos weiter.</translation>
    </message>
    <message>
        <source>“{host}” no longer knows the job that it was given, so it is not known whether the job was done.</source>
        <translation>„{host}“ kennt den erteilten Auftrag nicht mehr: Ob er ausgeführt wurde, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>“{host}” redirects a form to another server. It was not sent there.</source>
        <translation>„{host}“ leitet ein Formular auf einen anderen Server um: Dorthin wird es nicht geschickt.</translation>
    </message>
    <message>
        <source>“{host}” redirects from https to http, where others could read the data.</source>
        <translation>„{host}“ leitet von https auf http um, wo jeder mitlesen könnte.</translation>
    </message>
    <message>
        <source>“{host}” redirects to an address that is not safe.</source>
        <translation>„{host}“ leitet auf eine Adresse um, die nicht sicher ist.</translation>
    </message>
    <message>
        <source>“{host}” redirects to another server with your sign-in in the address.</source>
        <translation>„{host}“ leitet auf einen anderen Server um, mit Ihrer Anmeldung in der Adresse.</translation>
    </message>
    <message>
        <source>“{host}” refused the connection.</source>
        <translation>„{host}“ lehnt die Verbindung ab.</translation>
    </message>
    <message>
        <source>“{host}” requires you to sign in.</source>
        <translation>„{host}“ verlangt eine Anmeldung.</translation>
    </message>
    <message>
        <source>“{host}” sent a change that cannot be read.</source>
        <translation>„{host}“ hat eine Änderung gesendet, die nicht gelesen werden kann.</translation>
    </message>
    <message>
        <source>“{host}” sent a damaged compressed answer.</source>
        <translation>„{host}“ hat eine komprimierte Antwort geschickt, die beschädigt ist.</translation>
    </message>
    <message>
        <source>“{host}” sent text instead of the file.</source>
        <translation>„{host}“ sendete Text statt der Datei.</translation>
    </message>
    <message>
        <source>“{host}” uses integrated Windows authentication, which this plugin does not support.</source>
        <translation>„{host}“ meldet über die integrierte Windows-Authentifizierung an, und das geht von hier aus nicht.</translation>
    </message>
    <message>
        <source>“{layer}” could not be read from its geodatabase.</source>
        <translation>„{layer}“ konnte nicht aus seiner Geodatabase gelesen werden.</translation>
    </message>
    <message>
        <source>“{layer}” has no GlobalIDs, so changes cannot be matched to features.</source>
        <translation>„{layer}“ hat keine GlobalIDs, daher lassen sich Änderungen nicht zuordnen.</translation>
    </message>
    <message>
        <source>“{layer}” has no GlobalIDs, which are needed to find its rows.</source>
        <translation>„{layer}“ hat keine GlobalIDs, über die sich die Zeilen finden ließen.</translation>
    </message>
    <message>
        <source>“{layer}” has no package in this offline map.</source>
        <translation>„{layer}“ hat in dieser Offline-Karte kein Paket.</translation>
    </message>
    <message>
        <source>“{layer}” has too many features: {count}.</source>
        <translation>„{layer}“ enthält zu viele Objekte: {count}.</translation>
    </message>
    <message>
        <source>“{layer}” has too many fields: {count}.</source>
        <translation>„{layer}“ hat zu viele Felder: {count}.</translation>
    </message>
    <message>
        <source>“{layer}” is not a basemap that can be shown online in QGIS: its kind, its grid of tiles or its address cannot be used.</source>
        <translation>„{layer}“ ist keine Grundkarte, die QGIS online anzeigen kann: Art, Kachelschema oder Adresse sind nicht verwendbar.</translation>
    </message>
    <message>
        <source>“{layer}” of the newest package cannot be read.</source>
        <translation>„{layer}“ des neuesten Pakets kann nicht gelesen werden.</translation>
    </message>
    <message>
        <source>“{map}” can only download: its feature services do not accept edits.</source>
        <translation>„{map}“ wird nur heruntergeladen: Seine Feature-Services nehmen keine Änderungen an.</translation>
    </message>
    <message>
        <source>“{map}” gets scheduled updates, so edits cannot be sent.</source>
        <translation>„{map}“ erhält geplante Aktualisierungen, mit denen keine Änderungen gesendet werden können.</translation>
    </message>
    <message>
        <source>“{map}” has edits that were not sent to the portal: {count}.</source>
        <translation>„{map}“ hat Änderungen, die nicht an das Portal gesendet wurden: {count}.</translation>
    </message>
    <message>
        <source>“{map}” has no layers of feature services that could be updated.</source>
        <translation>„{map}“ hat keine Layer von Feature-Services, die aktualisiert werden könnten.</translation>
    </message>
    <message>
        <source>“{map}” was downloaded without updates.</source>
        <translation>„{map}“ wurde ohne Aktualisierung heruntergeladen.</translation>
    </message>
    <message>
        <source>“{map}” was finished: it gets no updates, and its edits are not sent.</source>
        <translation>„{map}“ wurde abgeschlossen: Die Karte erhält keine Aktualisierungen, und ihre Änderungen werden nicht gesendet.</translation>
    </message>
    <message>
        <source>“{map}” was registered by {owner}, but nobody is signed in now.</source>
        <translation>„{map}“ wurde von {owner} registriert, und jetzt ist niemand angemeldet.</translation>
    </message>
    <message>
        <source>“{map}” was registered by {owner}, but {user} is signed in now.</source>
        <translation>„{map}“ wurde von {owner} registriert, und jetzt ist {user} angemeldet.</translation>
    </message>
    <message>
        <source>“{map}” was registered without signing in, but {user} is signed in now.</source>
        <translation>„{map}“ wurde ohne Anmeldung registriert, und jetzt ist {user} angemeldet.</translation>
    </message>
    <message>
        <source>“{member}” in “{file}” cannot be unpacked.</source>
        <translation>„{member}“ in „{file}“ kann nicht ausgepackt werden.</translation>
    </message>
    <message>
        <source>“{member}” in “{file}” does not contain what the archive's directory says.</source>
        <translation>„{member}“ in „{file}“ enthält nicht, was das Verzeichnis des Archivs sagt.</translation>
    </message>
    <message>
        <source>“{member}” in “{file}” is not usable JSON.</source>
        <translation>„{member}“ in „{file}“ ist kein brauchbares JSON.</translation>
    </message>
    <message>
        <source>“{member}” in “{file}” is too large for a file of its kind.</source>
        <translation>„{member}“ in „{file}“ ist größer als jede Datei dieser Art.</translation>
    </message>
    <message>
        <source>“{name}” is an unfinished download.</source>
        <translation>„{name}“ ist ein unvollendeter Download.</translation>
    </message>
    <message>
        <source>“{name}” is not a folder.</source>
        <translation>„{name}“ ist kein Ordner.</translation>
    </message>
    <message>
        <source>“{name}” is not a plain file name.</source>
        <translation>„{name}“ ist kein einfacher Dateiname.</translation>
    </message>
    <message>
        <source>“{name}” is not an offline map.</source>
        <translation>„{name}“ ist keine Offline-Karte.</translation>
    </message>
    <message>
        <source>“{package}” changes on the portal faster than it can be downloaded.</source>
        <translation>„{package}“ ändert sich auf dem Portal schneller, als es heruntergeladen werden kann.</translation>
    </message>
    <message>
        <source>“{package}” of “{area}” has newer tiles at the portal, which an update does not fetch.</source>
        <translation>„{package}“ von „{area}“ hat im Portal neuere Kacheln, die eine Aktualisierung nicht holt.</translation>
    </message>
    <message>
        <source>“{portal}” is neither a saved connection nor the address of a portal.</source>
        <translation>„{portal}“ ist weder eine gespeicherte Verbindung noch die Adresse eines Portals.</translation>
    </message>
    <message>
        <source>“{portal}” refers to “{host}” ({address}), an address that is valid only on this computer's own network link. No request was sent there.</source>
        <translation>„{portal}“ verweist auf „{host}“ ({address}), eine Adresse, die nur im unmittelbar angeschlossenen Netzwerk dieses Computers gilt: Dort wird nichts abgefragt.</translation>
    </message>
    <message>
        <source>“{portal}”, a portal on the internet, refers to “{host}” ({address}) in a private network or on this computer. No request was sent there.</source>
        <translation>„{portal}“, ein Portal im Internet, verweist auf „{host}“ ({address}) in einem privaten Netzwerk oder auf diesem Computer: Dort wird nichts abgefragt.</translation>
    </message>
    <message>
        <source>“{reference}” does not contain a web map id.</source>
        <translation>„{reference}“ enthält keine ID einer Webkarte.</translation>
    </message>
    <message>
        <source>“{reference}” is not a replica.</source>
        <translation>„{reference}“ bezeichnet kein Replikat.</translation>
    </message>
    <message>
        <source>“{replica}” is not the id of a replica.</source>
        <translation>„{replica}“ ist nicht die ID eines Replikats.</translation>
    </message>
    <message>
        <source>“{service}” cannot continue from the last synchronisation of this offline map: {reason}</source>
        <translation>„{service}“ kann nicht dort weitermachen, wo diese Offline-Karte zuletzt synchronisiert wurde: {reason}</translation>
    </message>
    <message>
        <source>“{service}” cannot undo edits, so “All edits or none” cannot be used.</source>
        <translation>„{service}“ kann Änderungen nicht zurücknehmen, daher kann nicht alles oder nichts verlangt werden.</translation>
    </message>
    <message>
        <source>“{service}” does not synchronise this offline map: {reason}</source>
        <translation>„{service}“ synchronisiert diese Offline-Karte nicht: {reason}</translation>
    </message>
    <message>
        <source>“{service}” has more changes, but does not say how many it has sent so far.</source>
        <translation>„{service}“ hat weitere Änderungen und sagt nicht, bis wohin er sie gesendet hat.</translation>
    </message>
    <message>
        <source>“{service}” says that it has changes, but sends none.</source>
        <translation>„{service}“ meldet Änderungen, sendet aber keine.</translation>
    </message>
    <message>
        <source>“{table}” of “{file}” is not a table but a view. Views could run anything and are not read.</source>
        <translation>„{table}“ von „{file}“ ist keine Tabelle, sondern eine Sicht; sie könnte alles Mögliche ausführen und wird nicht gelesen.</translation>
    </message>
    <message>
        <source>“{title}” is not a map area but a {type}.</source>
        <translation>„{title}“ ist kein Kartengebiet, sondern ein Element der Art {type}.</translation>
    </message>
    <message>
        <source>“{title}” is not a web map but of the type {type}.</source>
        <translation>„{title}“ ist keine Webkarte, sondern vom Typ {type}.</translation>
    </message>
</context>
<context>
    <name>OpenEdits</name>
    <message>
        <source>Being edited: {layers}. The offline map can be changed only when none of its layers is being edited.</source>
        <translation>In Bearbeitung: {layers}. Die Offline-Karte kann nur geändert werden, wenn keiner ihrer Layer bearbeitet wird.</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Not Now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save the edits in layers of “{title}”?</source>
        <translation>Die Änderungen in Layern von „{title}“ speichern?</translation>
    </message>
    <message>
        <source>Unsaved Edits</source>
        <translation>Nicht gespeicherte Änderungen</translation>
    </message>
</context>
<context>
    <name>OpenOfflineMap</name>
    <message>
        <source>Add to the open project</source>
        <translation>Zum geöffneten Projekt hinzufügen</translation>
    </message>
    <message>
        <source>Edits that came with it: {count}. They are kept.</source>
        <translation>Mitgelieferte Änderungen: {count}. Sie bleiben erhalten.</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>Layer</translation>
    </message>
    <message>
        <source>Layers that could not be opened</source>
        <translation>Layer, die nicht geöffnet werden konnten</translation>
    </message>
    <message>
        <source>Open offline map</source>
        <translation>Offline-Karte öffnen</translation>
    </message>
    <message>
        <source>Opens an offline map on this computer, in the order and with the symbols of its web map.</source>
        <translation>Öffnet eine Offline-Karte auf diesem Computer, in Reihenfolge und Symbolen ihrer Webkarte.</translation>
    </message>
    <message>
        <source>Opens an offline map: the folder of a downloaded map area (downloaded here or by an ArcGIS app), or a mobile map package (.mmpk). Features become GeoPackage working copies, tile packages are drawn in place or copied, and a project shows them as the web map does.

Offline map: the folder, its package.info, or an .mmpk file; also a single geodatabase or tile package.
Working folder: where an .mmpk is unpacked and working copies are created; by default the offline map itself if this plugin downloaded it, otherwise a folder in your QGIS profile.
Add to the open project: adds a group for each map.

Project: the project file that shows the offline map.
Layers: sources that other algorithms can open, topmost first.
Layers and tables that could not be opened are counted and named in the log; the others open.</source>
        <translation>Öffnet eine Offline-Karte: einen Ordner, den das Herunterladen eines Kartengebiets angelegt hat (hier oder in einer ArcGIS-App), oder ein Mobile-Map-Paket (.mmpk). Objekte werden zu GeoPackage-Arbeitskopien, Kachelpakete werden direkt gezeichnet oder kopiert, und ein Projekt zeigt sie wie die Webkarte.

Offline-Karte: der Ordner, seine package.info oder eine .mmpk-Datei; auch eine einzelne Geodatabase oder ein Kachelpaket.
Arbeitsordner: wo ein .mmpk entpackt wird und Arbeitskopien entstehen; voreingestellt die Offline-Karte selbst, wenn diese Erweiterung sie angelegt hat, sonst ein Ordner Ihres QGIS-Profils.
Zum geöffneten Projekt hinzufügen: fügt für jede Karte eine Gruppe hinzu.

Projekt: die Projektdatei, die die Offline-Karte zeigt.
Layer: was andere Algorithmen öffnen können, der oberste zuerst.
Layer und Tabellen, die nicht geöffnet werden konnten, werden gezählt und im Protokoll genannt; die anderen werden geöffnet.</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Tables that could not be opened</source>
        <translation>Tabellen, die nicht geöffnet werden konnten</translation>
    </message>
    <message>
        <source>The project “{file}” is not used, because this QGIS profile neither created nor saved it. The map is drawn as its author drew it. To choose otherwise, open it from the page On This Computer.</source>
        <translation>Das Projekt „{file}“ wird nicht gelesen: Dieses QGIS-Profil hat es weder gemacht noch gespeichert. Die Karte wird gezeichnet, wie ihr Autor sie gezeichnet hat. Öffnen Sie sie auf der Seite „Dieser Computer“, um es anders zu wählen.</translation>
    </message>
    <message>
        <source>Working folder</source>
        <translation>Arbeitsordner</translation>
    </message>
    <message>
        <source>arcgis,offline,map area,preplanned,mobile map package,mmpk,geodatabase,tpk,tpkx,vtpk</source>
        <translation>arcgis,offline,kartengebiet,vorbereitet,mobile-map-paket,mmpk,geodatabase,tpk,tpkx,vtpk</translation>
    </message>
</context>
<context>
    <name>OpenOfflineMapDialog</name>
    <message>
        <source>&amp;Folder of an offline map</source>
        <translation>O&amp;rdner einer Offline-Karte</translation>
    </message>
    <message>
        <source>&amp;Offline map</source>
        <translation>&amp;Offline-Karte</translation>
    </message>
    <message>
        <source>&amp;Single file: mobile map package, geodatabase or tile package</source>
        <translation>&amp;Einzelne Datei: Mobile-Map-Paket, Geodatabase oder Kachelpaket</translation>
    </message>
    <message>
        <source>A folder with the file package.info, as created by a download</source>
        <translation>Ein Ordner mit der Datei package.info, wie ein Download ihn anlegt</translation>
    </message>
    <message>
        <source>Offline map (package.info *.mmpk);;Geodatabase or tile package (*.geodatabase *.tpk *.tpkx *.vtpk);;All files (*)</source>
        <translation>Offline-Karte (package.info *.mmpk);;Geodatabase oder Kachelpaket (*.geodatabase *.tpk *.tpkx *.vtpk);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>One file: a mobile map package (.mmpk), the package.info of an offline map, a geodatabase (.geodatabase) or a tile package (.tpk, .tpkx, .vtpk)</source>
        <translation>Eine Datei: ein Mobile-Map-Paket (.mmpk), die package.info einer Offline-Karte, eine Geodatabase (.geodatabase) oder ein Kachelpaket (.tpk, .tpkx, .vtpk)</translation>
    </message>
    <message>
        <source>Open Offline Map</source>
        <translation>Offline-Karte öffnen</translation>
    </message>
    <message>
        <source>Opens an offline map that this plugin or an ArcGIS app downloaded. Its layers are added to the project in a group.</source>
        <translation>Öffnet eine Offline-Karte, die diese Erweiterung oder eine ArcGIS-App heruntergeladen hat. Ihre Layer kommen als Gruppe ins Projekt.</translation>
    </message>
    <message>
        <source>Type or choose the folder or the file; OK is available as soon as it exists</source>
        <translation>Ordner oder Datei eingeben oder auswählen; OK ist verfügbar, sobald es sie gibt</translation>
    </message>
</context>
<context>
    <name>Opener</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Offline maps opened: {maps}. Layers: {layers}.</source>
        <translation>Geöffnete Offlinekarten: {maps}. Layer: {layers}.</translation>
    </message>
    <message>
        <source>Offline maps opened: {maps}. Layers: {layers}; layers and tables that could not be opened: {failed}.</source>
        <translation>Geöffnete Offlinekarten: {maps}. Layer: {layers}; Layer und Tabellen, die nicht geöffnet werden konnten: {failed}.</translation>
    </message>
    <message>
        <source>Open offline map “{name}”</source>
        <translation>Offline-Karte „{name}“ öffnen</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>“{title}” opened. Layers: {layers}.</source>
        <translation>„{title}“ geöffnet. Layer: {layers}.</translation>
    </message>
    <message>
        <source>“{title}” opened. Layers: {layers}; layers and tables that could not be opened: {failed}.</source>
        <translation>„{title}“ geöffnet. Layer: {layers}; Layer und Tabellen, die nicht geöffnet werden konnten: {failed}.</translation>
    </message>
</context>
<context>
    <name>OptionsPage</name>
    <message>
        <source>&amp;Edit…</source>
        <translation>&amp;Bearbeiten …</translation>
    </message>
    <message>
        <source>&amp;Folder for new offline maps</source>
        <translation>&amp;Ordner für neue Offline-Karten</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Hosts in private networks</source>
        <translation>&amp;Hosts in privaten Netzwerken</translation>
    </message>
    <message>
        <source>&amp;New…</source>
        <translation>&amp;Neu …</translation>
    </message>
    <message>
        <source>&amp;Remove…</source>
        <translation>&amp;Entfernen …</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>Adds a connection to a portal</source>
        <translation>Fügt eine Verbindung zu einem Portal hinzu</translation>
    </message>
    <message>
        <source>Authentication</source>
        <translation>Authentifizierung</translation>
    </message>
    <message>
        <source>Changes the title, address or authentication of the selected connection</source>
        <translation>Ändert Titel, Adresse oder Authentifizierung der ausgewählten Verbindung</translation>
    </message>
    <message>
        <source>Downloads</source>
        <translation>Downloads</translation>
    </message>
    <message>
        <source>Each map area gets its own folder below it: portal, web map, area. Existing maps stay where they are.</source>
        <translation>Jedes Kartengebiet bekommt darunter einen eigenen Ordner: Portal, Webkarte, Gebiet. Vorhandene Karten bleiben, wo sie sind.</translation>
    </message>
    <message>
        <source>Hosts in your organization's own network that portals on the internet may refer to, separated by spaces</source>
        <translation>Hosts im eigenen Netzwerk Ihrer Organisation, auf die Portale im Internet verweisen dürfen, durch Leerzeichen getrennt</translation>
    </message>
    <message>
        <source>Map areas downloaded at &amp;once</source>
        <translation>&amp;Gleichzeitig heruntergeladene Kartengebiete</translation>
    </message>
    <message>
        <source>None: you are asked when a portal refers to one</source>
        <translation>Keine: Sie werden gefragt, wenn ein Portal auf einen verweist</translation>
    </message>
    <message>
        <source>Offline Map Areas</source>
        <translation>Offline-Kartengebiete</translation>
    </message>
    <message>
        <source>Opens the user guide at these options</source>
        <translation>Öffnet das Handbuch bei diesen Optionen</translation>
    </message>
    <message>
        <source>Portal Connections</source>
        <translation>Portalverbindungen</translation>
    </message>
    <message>
        <source>Portal connections</source>
        <translation>Portalverbindungen</translation>
    </message>
    <message>
        <source>Removes the selected connection; offline maps and the authentication configuration are kept</source>
        <translation>Entfernt die ausgewählte Verbindung; Offline-Karten und die Authentifizierungskonfiguration bleiben erhalten</translation>
    </message>
    <message>
        <source>The others wait. More at once is faster only if the portal and the network can keep up</source>
        <translation>Die übrigen warten. Mehr auf einmal ist nur schneller, wenn Portal und Netzwerk mithalten</translation>
    </message>
    <message>
        <source>The portals whose web maps can be chosen; ArcGIS Online is always there</source>
        <translation>Die Portale, deren Webkarten gewählt werden können; ArcGIS Online ist immer dabei</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
</context>
<context>
    <name>OtherUser</name>
    <message>
        <source>Register Again</source>
        <translation>Neu registrieren</translation>
    </message>
    <message>
        <source>Register “{title}” again?</source>
        <translation>„{title}“ neu registrieren?</translation>
    </message>
    <message>
        <source>Registered by: {owner}
Signed in now: {user}

A feature service synchronises a map only with the user who registered it. If you register it again, the map keeps its edits, and they are sent in the name of the user who is signed in now.</source>
        <translation>Registriert von: {owner}
Jetzt angemeldet: {user}

Ein Feature-Service synchronisiert eine Karte nur mit dem Benutzer, der sie registriert hat. Wenn Sie sie neu registrieren, behält die Karte ihre Änderungen, und sie werden im Namen des jetzt angemeldeten Benutzers gesendet.</translation>
    </message>
    <message>
        <source>Update Offline Map</source>
        <translation>Offline-Karte aktualisieren</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>niemand</translation>
    </message>
</context>
<context>
    <name>Plugin</name>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Map Areas</source>
        <translation>&amp;Kartengebiete</translation>
    </message>
    <message>
        <source>&amp;Open Offline Map…</source>
        <translation>Offline-Karte ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open an offline map that is on this computer</source>
        <translation>Eine Offline-Karte öffnen, die auf diesem Computer liegt</translation>
    </message>
    <message>
        <source>Open the user guide, which needs no network</source>
        <translation>Das Handbuch öffnen, das kein Netzwerk braucht</translation>
    </message>
    <message>
        <source>Show the map areas of a web map, and take them offline</source>
        <translation>Die Kartengebiete einer Webkarte zeigen und offline verfügbar machen</translation>
    </message>
    <message>
        <source>This plugin needs Python packages that this QGIS does not have. Install them: {names}.</source>
        <translation>Installieren Sie die Python-Pakete, die diese Erweiterung braucht und die diesem QGIS fehlen: {names}.</translation>
    </message>
</context>
<context>
    <name>Popups</name>
    <message>
        <source>(not available offline)</source>
        <translation>(offline nicht verfügbar)</translation>
    </message>
    <message>
        <source>Attachments</source>
        <translation>Anhänge</translation>
    </message>
    <message>
        <source>Last edited</source>
        <translation>Zuletzt bearbeitet</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
</context>
<context>
    <name>PortalAlgorithm</name>
    <message>
        <source>Authentication</source>
        <translation>Authentifizierung</translation>
    </message>
    <message>
        <source>Portal (URL, or name of a saved connection)</source>
        <translation>Portal (URL oder Name einer gespeicherten Verbindung)</translation>
    </message>
    <message>
        <source>Web map (item id, or any link to it)</source>
        <translation>Webkarte (Element-ID oder ein Link zu ihr)</translation>
    </message>
</context>
<context>
    <name>PrivateHostQuestion</name>
    <message>
        <source>&amp;Allow</source>
        <translation>&amp;Zulassen</translation>
    </message>
    <message>
        <source>&amp;Do Not Allow</source>
        <translation>&amp;Nicht zulassen</translation>
    </message>
    <message>
        <source>Allow the portal “{portal}” to use the host “{host}”?</source>
        <translation>Darf das Portal „{portal}“ den Host „{host}“ verwenden?</translation>
    </message>
    <message>
        <source>Host in a Private Network</source>
        <translation>Host in einem privaten Netzwerk</translation>
    </message>
    <message>
        <source>The portal is on the internet; the host has the address {address}, in a private network or on this computer. Allow it only if it belongs to your organization: from then on, portals may refer to it. Allowed hosts are listed under Settings ▸ Options ▸ Offline Map Areas.</source>
        <translation>Das Portal liegt im Internet; der Host hat die Adresse {address}, in einem privaten Netzwerk oder auf diesem Computer. Lassen Sie ihn nur zu, wenn er zu Ihrer Organisation gehört: Portale dürfen dann künftig auf ihn verweisen. Zugelassene Hosts stehen unter Einstellungen ▸ Optionen ▸ Offline Map Areas.</translation>
    </message>
</context>
<context>
    <name>QueueLine</name>
    <message>
        <source>waiting, trying again in {seconds} s</source>
        <translation>wartet, nächster Versuch in {seconds} s</translation>
    </message>
    <message>
        <source>{number} of {total}</source>
        <translation>{number} von {total}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
</context>
<context>
    <name>Relations</name>
    <message>
        <source>Attachments</source>
        <translation>Anhänge</translation>
    </message>
</context>
<context>
    <name>Removal</name>
    <message>
        <source>Everything that was downloaded or created for it is deleted, including your edits and your changes to the project. Other files in that folder are kept. Its layers are removed from the open project.</source>
        <translation>Alles, was dafür heruntergeladen oder erstellt wurde, wird gelöscht, auch Ihre Änderungen an den Daten und am Projekt. Andere Dateien in diesem Ordner bleiben erhalten. Die Layer werden aus dem geöffneten Projekt entfernt.</translation>
    </message>
    <message>
        <source>Kept because this plugin did not create them: {files}, in “{folder}”.</source>
        <translation>Nicht von dieser Erweiterung erstellt und deshalb behalten: {files}, in „{folder}“.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove Offline Map</source>
        <translation>Offline-Karte entfernen</translation>
    </message>
    <message>
        <source>Remove “{title}” from this computer?</source>
        <translation>„{title}“ von diesem Computer entfernen?</translation>
    </message>
    <message>
        <source>{folder}
Downloaded from {portal} by this QGIS profile.</source>
        <translation>{folder}
Von diesem QGIS-Profil aus {portal} heruntergeladen.</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Copy All</source>
        <translation>Alles kopieren</translation>
    </message>
    <message>
        <source>Details of “{title}”</source>
        <translation>Details zu „{title}“</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>No errors or warnings.</source>
        <translation>Keine Fehler oder Warnungen.</translation>
    </message>
</context>
<context>
    <name>ReportReader</name>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Layer difference</source>
        <translation>Layer-Abweichung</translation>
    </message>
    <message>
        <source>Layer error</source>
        <translation>Layerfehler</translation>
    </message>
    <message>
        <source>Table difference</source>
        <translation>Tabellen-Abweichung</translation>
    </message>
    <message>
        <source>Table error</source>
        <translation>Tabellenfehler</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
</context>
<context>
    <name>ReportTable</name>
    <message>
        <source>Errors and warnings</source>
        <translation>Fehler und Warnungen</translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation>Erläuterung</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Layer or table</source>
        <translation>Layer oder Tabelle</translation>
    </message>
</context>
<context>
    <name>RevertLocalEdits</name>
    <message>
        <source>Edits</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>Restores an offline map to its state after the last update: features, rows and attachments that were added here are removed; changed and deleted ones are restored. To keep the edits, save them first with “Export local edits”.

Offline map: the folder of a map that was downloaded with this plugin, or its package.info.

Edits: the number of edits undone.</source>
        <translation>Macht eine Offline-Karte wieder zu dem, was ihre letzte Aktualisierung hinterließ: Objekte, Zeilen und Anhänge, die hier hinzukamen, verschwinden, geänderte und gelöschte kommen zurück, wie sie waren. „Lokale Änderungen exportieren“ speichert die Änderungen vorher.

Offline-Karte: der Ordner einer Karte, die mit dieser Erweiterung heruntergeladen wurde, oder deren package.info.

Änderungen: wie viele zurückgenommen wurden.</translation>
    </message>
    <message>
        <source>Revert local edits</source>
        <translation>Lokale Änderungen zurücknehmen</translation>
    </message>
    <message>
        <source>Undoes all edits in an offline map that were not sent yet.</source>
        <translation>Nimmt alle noch nicht gesendeten Änderungen einer Offline-Karte zurück.</translation>
    </message>
    <message>
        <source>arcgis,offline,map area,edits,revert,undo,discard</source>
        <translation>arcgis,offline,kartengebiet,änderungen,zurücknehmen,verwerfen</translation>
    </message>
</context>
<context>
    <name>RootItem</name>
    <message>
        <source>Choose Web Map…</source>
        <translation>Webkarte wählen …</translation>
    </message>
    <message>
        <source>New Connection…</source>
        <translation>Neue Verbindung …</translation>
    </message>
    <message>
        <source>Open Offline Map…</source>
        <translation>Offline-Karte öffnen …</translation>
    </message>
</context>
<context>
    <name>Schedule</name>
    <message>
        <source>Daily {time}</source>
        <translation>Täglich {time}</translation>
    </message>
    <message>
        <source>Fifth {day} of the month, {time}</source>
        <translation>Fünfter {day} im Monat, {time}</translation>
    </message>
    <message>
        <source>First {day} of the month, {time}</source>
        <translation>Erster {day} im Monat, {time}</translation>
    </message>
    <message>
        <source>Fourth {day} of the month, {time}</source>
        <translation>Vierter {day} im Monat, {time}</translation>
    </message>
    <message>
        <source>Second {day} of the month, {time}</source>
        <translation>Zweiter {day} im Monat, {time}</translation>
    </message>
    <message>
        <source>Third {day} of the month, {time}</source>
        <translation>Dritter {day} im Monat, {time}</translation>
    </message>
    <message>
        <source>{days} {time}</source>
        <translation>{days} {time}</translation>
    </message>
    <message>
        <source>{day}s</source>
        <translation>{day}s</translation>
    </message>
    <message>
        <source>{text} (UTC)</source>
        <translation>{text} (UTC)</translation>
    </message>
    <message>
        <source>{time} UTC</source>
        <translation>{time} UTC</translation>
    </message>
    <message>
        <source>{when} (next: {run})</source>
        <translation>{when} (nächstes Mal: {run})</translation>
    </message>
</context>
<context>
    <name>SignIn</name>
    <message>
        <source>Public items only</source>
        <translation>Nur öffentliche Elemente</translation>
    </message>
    <message>
        <source>Signed in as {name}</source>
        <translation>Angemeldet als {name}</translation>
    </message>
    <message>
        <source>Signed in with a key: public items, and those that the key gives access to</source>
        <translation>Mit einem Schlüssel angemeldet: öffentliche Elemente und die, auf die der Schlüssel Zugriff gibt</translation>
    </message>
</context>
<context>
    <name>SignInFields</name>
    <message>
        <source>&amp;Client ID</source>
        <translation>&amp;Client-ID</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;Passwort</translation>
    </message>
    <message>
        <source>&amp;Redirect URL</source>
        <translation>&amp;Weiterleitungs-URL</translation>
    </message>
    <message>
        <source>&amp;User</source>
        <translation>&amp;Benutzer</translation>
    </message>
    <message>
        <source>Browser (OAuth2)</source>
        <translation>Browser (OAuth2)</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>Zertifikat</translation>
    </message>
    <message>
        <source>Certificate with its key (*.p12 *.pfx)</source>
        <translation>Zertifikat mit seinem Schlüssel (*.p12 *.pfx)</translation>
    </message>
    <message>
        <source>For single sign-on or a second factor. Somebody has to register an application in the portal once, with this redirect URL; its client ID, which is not a secret, goes here. Your browser then opens for you to sign in.</source>
        <translation>Für Single Sign-on oder einen zweiten Faktor. Jemand muss einmal im Portal eine Anwendung mit dieser Weiterleitungs-URL registrieren; ihre Client-ID, die kein Geheimnis ist, kommt hierher. Zum Anmelden öffnet sich dann Ihr Browser.</translation>
    </message>
    <message>
        <source>Other configuration of QGIS</source>
        <translation>Andere Konfiguration von QGIS</translation>
    </message>
    <message>
        <source>Sign in &amp;with</source>
        <translation>Anmelden &amp;mit</translation>
    </message>
    <message>
        <source>This sign-in is stored in the authentication database of QGIS, which is locked.</source>
        <translation>Diese Anmeldung ist in der Authentifizierungsdatenbank von QGIS gespeichert, und die ist gesperrt.</translation>
    </message>
    <message>
        <source>Un&amp;lock…</source>
        <translation>Ent&amp;sperren …</translation>
    </message>
    <message>
        <source>User and password</source>
        <translation>Benutzer und Passwort</translation>
    </message>
    <message>
        <source>Without signing in: public items only</source>
        <translation>Ohne Anmeldung: nur öffentliche Elemente</translation>
    </message>
</context>
<context>
    <name>SignInLine</name>
    <message>
        <source>Asking {portal}…</source>
        <translation>{portal} wird gefragt …</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>&amp;Back to the Map Areas</source>
        <translation>&amp;Zurück zu den Kartengebieten</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>&amp;On This Computer: {maps}</source>
        <translation>Auf &amp;diesem Computer: {maps}</translation>
    </message>
    <message>
        <source>&amp;Portal</source>
        <translation>&amp;Portal</translation>
    </message>
    <message>
        <source>&amp;Recent web maps</source>
        <translation>&amp;Zuletzt benutzte Webkarten</translation>
    </message>
    <message>
        <source>&amp;Sign In…</source>
        <translation>&amp;Anmelden …</translation>
    </message>
    <message>
        <source>&amp;Try Again</source>
        <translation>&amp;Erneut versuchen</translation>
    </message>
    <message>
        <source>&amp;Unlock…</source>
        <translation>&amp;Entsperren …</translation>
    </message>
    <message>
        <source>A link to a web map from any page of the portal, the portal's address, an item ID, or words from the title, tags or description</source>
        <translation>Ein Link zu einer Webkarte von irgendeiner Seite des Portals, die Adresse des Portals, eine Element-ID oder Wörter aus Titel, Tags oder Beschreibung</translation>
    </message>
    <message>
        <source>All Web Maps</source>
        <translation>Alle Webkarten</translation>
    </message>
    <message>
        <source>Asking {portal}…</source>
        <translation>{portal} wird gefragt …</translation>
    </message>
    <message>
        <source>Link or search words</source>
        <translation>Link oder Suchwörter</translation>
    </message>
    <message>
        <source>Looking for web maps…</source>
        <translation>Webkarten werden gesucht …</translation>
    </message>
    <message>
        <source>My Groups</source>
        <translation>Meine Gruppen</translation>
    </message>
    <message>
        <source>My Organization</source>
        <translation>Meine Organisation</translation>
    </message>
    <message>
        <source>My Web Maps</source>
        <translation>Meine Webkarten</translation>
    </message>
    <message>
        <source>No web map with map areas matches “{words}”.</source>
        <translation>Keine Webkarte mit Kartengebieten passt zu „{words}“.</translation>
    </message>
    <message>
        <source>None of your web maps has map areas.</source>
        <translation>Keine Ihrer Webkarten hat Kartengebiete.</translation>
    </message>
    <message>
        <source>Paste a link, or type to search</source>
        <translation>Link einfügen oder Suchwörter eingeben</translation>
    </message>
    <message>
        <source>Paste the link of a web map and press Enter to see its areas on the map. Enter a portal's address, or search words, to list web maps.</source>
        <translation>Fügen Sie den Link einer Webkarte ein und drücken Sie die Eingabetaste, um ihre Gebiete auf der Karte zu sehen. Die Adresse eines Portals oder Suchwörter listen Webkarten auf.</translation>
    </message>
    <message>
        <source>Recent web maps</source>
        <translation>Zuletzt benutzte Webkarten</translation>
    </message>
    <message>
        <source>Sign in to “{portal}” to see what is not public.</source>
        <translation>Melden Sie sich bei „{portal}“ an, um zu sehen, was nicht öffentlich ist.</translation>
    </message>
    <message>
        <source>This portal has no public web map with map areas. Sign in to see others.</source>
        <translation>Dieses Portal hat keine öffentliche Webkarte mit Kartengebieten. Melden Sie sich an, um andere zu sehen.</translation>
    </message>
    <message>
        <source>This portal shows you no web map with map areas.</source>
        <translation>Dieses Portal zeigt Ihnen keine Webkarte mit Kartengebieten.</translation>
    </message>
    <message>
        <source>Web maps</source>
        <translation>Webkarten</translation>
    </message>
    <message>
        <source>Web maps: {shown} of {total}; scroll for more</source>
        <translation>Webkarten: {shown} von {total}; für weitere blättern</translation>
    </message>
    <message>
        <source>Web maps: {total}</source>
        <translation>Webkarten: {total}</translation>
    </message>
    <message>
        <source>Whose web maps</source>
        <translation>Wessen Webkarten</translation>
    </message>
    <message>
        <source>Whose web maps to search</source>
        <translation>Unter wessen Webkarten gesucht wird</translation>
    </message>
    <message>
        <source>Your groups share no web map with map areas.</source>
        <translation>Ihre Gruppen teilen keine Webkarte mit Kartengebieten.</translation>
    </message>
    <message>
        <source>Your organization shares no web map with map areas.</source>
        <translation>Ihre Organisation teilt keine Webkarte mit Kartengebieten.</translation>
    </message>
</context>
<context>
    <name>SyncReportDialog</name>
    <message>
        <source>Added</source>
        <translation>Hinzugefügt</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Copy All</source>
        <translation>Alles kopieren</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>Gelöscht</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation>Erläuterung</translation>
    </message>
    <message>
        <source>Feature</source>
        <translation>Objekt</translation>
    </message>
    <message>
        <source>It has no geometry: it is selected in the attribute table of “{layer}”.</source>
        <translation>Es hat keine Geometrie: In der Attributtabelle von „{layer}“ ist es ausgewählt.</translation>
    </message>
    <message>
        <source>Layer or table</source>
        <translation>Layer oder Tabelle</translation>
    </message>
    <message>
        <source>Refused edits and remarks</source>
        <translation>Abgelehnte Änderungen und Bemerkungen</translation>
    </message>
    <message>
        <source>Refused edits stay in the offline map. Change them, then update again.</source>
        <translation>Abgelehnte Änderungen bleiben in der Offline-Karte. Ändern Sie sie, dann aktualisieren Sie noch einmal.</translation>
    </message>
    <message>
        <source>Show Feature</source>
        <translation>Objekt zeigen</translation>
    </message>
    <message>
        <source>The feature no longer exists, or a filter hides it.</source>
        <translation>Das Objekt ist nicht mehr da, oder ein Filter verbirgt es.</translation>
    </message>
    <message>
        <source>The feature was deleted here. “Revert Edits…” brings it back.</source>
        <translation>Das Objekt wurde hier gelöscht. „Änderungen zurücknehmen …“ bringt es zurück.</translation>
    </message>
    <message>
        <source>This is an attachment: open the form of its feature to see it.</source>
        <translation>Es ist ein Anhang: Öffnen Sie das Formular seines Objekts, um ihn zu sehen.</translation>
    </message>
    <message>
        <source>Update of “{title}”</source>
        <translation>Aktualisierung von „{title}“</translation>
    </message>
    <message>
        <source>“{feature}” of “{layer}” is selected.</source>
        <translation>„{feature}“ von „{layer}“ ist ausgewählt.</translation>
    </message>
    <message>
        <source>“{layer}” is not in the project: open the offline map.</source>
        <translation>„{layer}“ ist nicht im Projekt: Öffnen Sie die Offline-Karte.</translation>
    </message>
</context>
<context>
    <name>UnregisterReplicas</name>
    <message>
        <source>Removes replicas of yours from feature services.</source>
        <translation>Entfernt Ihre Replikate aus Feature-Services.</translation>
    </message>
    <message>
        <source>Removes replicas that are no longer needed from feature services. An offline map that still uses one keeps its edits, and is registered again when it is next updated. Do not unregister the replica of a package: the package could no longer be updated.

Portal URL, web map, offline map: as for “List replicas”.
Replicas: the values that “List replicas” shows in “replica”; separate several by commas, semicolons or new lines, or give them as a JSON list.

Unregistered replicas: the number of replicas removed.</source>
        <translation>Beendet Replikate, die niemand mehr braucht. Eine Offline-Karte, die noch eines benutzt, behält ihre Änderungen und wird bei der nächsten Aktualisierung neu registriert; das Replikat eines Pakets muss bleiben, sonst kann das Paket nicht mehr aktuell gehalten werden.

Portal-URL, Webkarte, Offline-Karte: wie bei „Replikate auflisten“.
Replikate: wie „Replikate auflisten“ sie in „replica“ nennt; mehrere durch Komma, Semikolon oder Zeilenwechsel getrennt, oder als JSON-Liste.

Abgemeldete Replikate: wie viele nicht mehr bestehen.</translation>
    </message>
    <message>
        <source>Replicas</source>
        <translation>Replikate</translation>
    </message>
    <message>
        <source>Unregister replicas</source>
        <translation>Replikate abmelden</translation>
    </message>
    <message>
        <source>Unregistered replicas</source>
        <translation>Abgemeldete Replikate</translation>
    </message>
    <message>
        <source>arcgis,portal,offline,map area,sync,replica,unregister</source>
        <translation>arcgis,portal,offline,kartengebiet,synchronisieren,replikat,abmelden</translation>
    </message>
</context>
<context>
    <name>UpdateOfflineMap</name>
    <message>
        <source>All edits or none</source>
        <translation>Alle Änderungen oder keine</translation>
    </message>
    <message>
        <source>Both ways</source>
        <translation>Beide Richtungen</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Downloaded</source>
        <translation>Heruntergeladen</translation>
    </message>
    <message>
        <source>Only show what would be sent</source>
        <translation>Nur zeigen, was gesendet würde</translation>
    </message>
    <message>
        <source>Refused edits</source>
        <translation>Abgelehnte Änderungen</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>Neu öffnen</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Sends local edits to the feature services that an offline map was made from, attachments included, and then downloads what others changed there. Only the fields that were changed here are sent. A map that is not registered with its services yet is registered first. If the connection is lost, nothing is lost and nothing is sent twice: the next update finds out what arrived.

A map with scheduled updates downloads them from the portal instead: the files of changes that are newer than its rows, or the newest package if some of these are missing or would be larger. Layers may be open meanwhile. New features are uploaded first, if the map allows it.

Offline map: the folder of a map that was downloaded with this plugin, or its package.info.
Direction: whether edits are sent, changes are downloaded, or both.
All edits or none: if the service refuses one edit, it accepts none of them.
Only show what would be sent: nothing is changed, neither here nor on the portal, and the report is a temporary file.

Uploaded, Downloaded: features, rows and attachments.
Refused edits: they are kept here; the report lists each one with the reason.
Reopen: true if layers have to be loaded again.
Report: a JSON file in the folder “updates” of the map; beside it a GeoPackage with the edits as they were before.</source>
        <translation>Sendet lokale Änderungen samt Anhängen an die Feature-Services, aus denen eine Offline-Karte entstand, und holt dann, was andere dort geändert haben. Von einem geänderten Objekt werden nur die Felder gesendet, die hier geändert wurden. Eine Karte, die noch nicht bei ihren Services registriert ist, wird zuerst registriert. Wo die Verbindung abbricht, geht nichts verloren und nichts wird zweimal gesendet: Die nächste Aktualisierung stellt fest, was ankam.

Eine Karte mit geplanten Aktualisierungen holt stattdessen diese vom Portal: die Dateien mit Änderungen, die neuer sind als ihre Zeilen, oder das neueste Paket, wenn einige davon fehlen oder größer wären. Layer dürfen dabei offen sein. Neue Objekte werden zuerst hochgeladen, wenn die Karte das erlaubt.

Offline-Karte: der Ordner einer Karte, die mit dieser Erweiterung heruntergeladen wurde, oder deren package.info.
Richtung: wohin Änderungen gehen.
Alle Änderungen oder keine: Lehnt der Service eine Änderung ab, behält er keine.
Nur sagen, was gesendet würde: Nichts wird geändert, weder hier noch dort, und der Bericht ist eine temporäre Datei.

Hochgeladen, Heruntergeladen: Objekte, Zeilen und Anhänge.
Abgelehnte Änderungen: Sie bleiben lokal; der Bericht nennt jede, und warum.
Neu öffnen: wahr, wenn Layer neu geladen werden müssen.
Bericht: eine JSON-Datei im Ordner „updates“ der Karte; daneben ein GeoPackage mit den Änderungen, wie sie vorher waren.</translation>
    </message>
    <message>
        <source>Sends the edits of an offline map to its feature services, and downloads what others changed or its scheduled updates.</source>
        <translation>Sendet die Änderungen einer Offline-Karte an ihre Feature-Services und holt, was andere geändert haben, oder ihre geplanten Aktualisierungen.</translation>
    </message>
    <message>
        <source>Update offline map</source>
        <translation>Offline-Karte aktualisieren</translation>
    </message>
    <message>
        <source>Upload</source>
        <translation>Hochladen</translation>
    </message>
    <message>
        <source>Uploaded</source>
        <translation>Hochgeladen</translation>
    </message>
    <message>
        <source>arcgis,offline,map area,sync,synchronize,upload,edits,replica,update</source>
        <translation>arcgis,offline,kartengebiet,synchronisieren,hochladen,änderungen,replikat,aktualisieren</translation>
    </message>
    <message>
        <source>“{layer}”: the edit of {feature} was not sent: {reason}</source>
        <translation>„{layer}“: Die Änderung von {feature} wurde nicht gesendet: {reason}</translation>
    </message>
</context>
<context>
    <name>Updater</name>
    <message>
        <source>Check “{title}” for updates</source>
        <translation>Nach Aktualisierungen für „{title}“ suchen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Edits in “{title}” undone: {edits}.</source>
        <translation>Änderungen in „{title}“ zurückgenommen: {edits}.</translation>
    </message>
    <message>
        <source>Edits not sent yet: {count}. Features will be as they were after the last update. To keep the edits, save them as a file first.</source>
        <translation>Noch nicht gesendete Änderungen: {count}. Die Objekte werden wieder so, wie sie nach der letzten Aktualisierung waren. Um die Änderungen zu behalten, speichern Sie sie vorher als Datei.</translation>
    </message>
    <message>
        <source>Edits saved in “{file}”: {edits}.</source>
        <translation>Änderungen in „{file}“ gespeichert: {edits}.</translation>
    </message>
    <message>
        <source>Revert Edits</source>
        <translation>Änderungen zurücknehmen</translation>
    </message>
    <message>
        <source>Revert edits of “{title}”</source>
        <translation>Änderungen von „{title}“ zurücknehmen</translation>
    </message>
    <message>
        <source>Save Edits as File</source>
        <translation>Änderungen als Datei speichern</translation>
    </message>
    <message>
        <source>Save edits of “{title}”</source>
        <translation>Änderungen von „{title}“ speichern</translation>
    </message>
    <message>
        <source>The update of “{title}” was stopped. The next one continues where it stopped.</source>
        <translation>Die Aktualisierung von „{title}“ wurde angehalten. Die nächste macht dort weiter.</translation>
    </message>
    <message>
        <source>Undo all edits in “{title}”?</source>
        <translation>Alle Änderungen in „{title}“ zurücknehmen?</translation>
    </message>
    <message>
        <source>Update offline map “{title}”</source>
        <translation>Offline-Karte „{title}“ aktualisieren</translation>
    </message>
    <message>
        <source>“{title}” updated. Sent: {sent}, received: {received}, refused: {refused}.</source>
        <translation>„{title}“ aktualisiert. Gesendet: {sent}, empfangen: {received}, abgelehnt: {refused}.</translation>
    </message>
    <message>
        <source>“{title}” was not updated: {reason}</source>
        <translation>„{title}“ wurde nicht aktualisiert: {reason}</translation>
    </message>
    <message>
        <source>“{title}”: edits to send: {edits}. No changes by others.</source>
        <translation>„{title}“: zu sendende Änderungen: {edits}. Keine Änderungen anderer.</translation>
    </message>
    <message>
        <source>“{title}”: edits to send: {edits}. Only an update can tell whether others have changed features.</source>
        <translation>„{title}“: zu sendende Änderungen: {edits}. Ob andere Objekte geändert haben, zeigt erst eine Aktualisierung.</translation>
    </message>
    <message>
        <source>“{title}”: edits to send: {edits}. Others have changed features: update the map to get the changes.</source>
        <translation>„{title}“: zu sendende Änderungen: {edits}. Andere haben Objekte geändert: Aktualisieren Sie die Karte, um sie zu erhalten.</translation>
    </message>
</context>
<context>
    <name>Verifier</name>
    <message>
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Files whose structure alone could be checked: {count}.</source>
        <translation>Dateien, bei denen nur der Aufbau geprüft werden konnte: {count}.</translation>
    </message>
    <message>
        <source>Only the structure of “{file}” could be checked: there is no record of what its content should be.</source>
        <translation>Von „{file}“ konnte nur der Aufbau geprüft werden: Es ist nirgends festgehalten, wie der Inhalt sein sollte.</translation>
    </message>
    <message>
        <source>Structure only</source>
        <translation>Nur Aufbau</translation>
    </message>
    <message>
        <source>Verify offline map “{title}”</source>
        <translation>Offline-Karte „{title}“ prüfen</translation>
    </message>
    <message>
        <source>“{title}” is damaged. Files with an error: {files}.</source>
        <translation>„{title}“ ist beschädigt. Dateien mit einem Fehler: {files}.</translation>
    </message>
    <message>
        <source>“{title}” is intact. Files checked: {files}.</source>
        <translation>„{title}“ ist unversehrt. Geprüfte Dateien: {files}.</translation>
    </message>
</context>
<context>
    <name>VerifyOfflineMap</name>
    <message>
        <source>Checks that every file of an offline map is still what the portal sent.</source>
        <translation>Prüft, ob jede Datei einer Offline-Karte noch das ist, was das Portal geschickt hat.</translation>
    </message>
    <message>
        <source>Intact</source>
        <translation>Unversehrt</translation>
    </message>
    <message>
        <source>Of these files only the structure could be checked: {files}.</source>
        <translation>Von diesen Dateien ließ sich nur der Aufbau prüfen: {files}.</translation>
    </message>
    <message>
        <source>Reads every file of an offline map. Packages, map documents and copies of tiles are compared with hashes recorded when they were downloaded or created. The rows of working copies, apart from your edits, are compared with those in the geodatabase; only the structure of the project is checked, since you may have changed it. Offline maps of ArcGIS apps have no hashes: the structure of geodatabases is checked, and tile packages and .mmpk files are checked against the checksums in them. Nothing is changed.

Offline map: the folder, its package.info, or an .mmpk file; also a single geodatabase or tile package, or the folder of a tile cache.

Intact: true if every file is as it should be.
Report: a JSON file that lists every file, the layers that use it, and what is wrong with it; “unverified” lists the files whose structure alone could be checked.
Damage, and what could be checked only in part, is also listed in the log. It is a result, not an error of the algorithm.</source>
        <translation>Liest eine Offline-Karte von Anfang bis Ende. Pakete, Kartendokumente und Kopien von Kacheln werden mit Prüfsummen verglichen, die genommen wurden, als sie kamen oder erstellt wurden. Die Zeilen der Arbeitskopien werden mit denen verglichen, die die Geodatabase wieder ergibt, bis auf Ihre Änderungen; das Projekt, das auch Ihres ist, wird auf seinen Aufbau geprüft. Offline-Karten aus ArcGIS-Apps tragen keine Prüfsummen: Geodatabases werden auf ihren Aufbau geprüft, Kachelpakete und .mmpk-Dateien anhand der Prüfsummen in ihnen. Es wird nichts geändert.

Offline-Karte: der Ordner, seine package.info oder eine .mmpk-Datei; auch eine einzelne Geodatabase, ein Kachelpaket oder der Ordner eines Kachel-Caches.

Unversehrt: wahr, wenn jede Datei so ist, wie sie sein soll.
Bericht: eine JSON-Datei mit jeder Datei, den Layern, die daraus gezeichnet werden, und was an ihr nicht stimmt; „unverified“ nennt jene, von denen nur der Aufbau geprüft werden konnte.
Was nicht stimmt und was sich nur zum Teil prüfen ließ, steht auch im Protokoll; es ist ein Ergebnis, kein Fehler.</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Verify offline map</source>
        <translation>Offline-Karte prüfen</translation>
    </message>
    <message>
        <source>arcgis,offline,map area,mobile map package,mmpk,verify,check,hash,damaged</source>
        <translation>arcgis,offline,Kartengebiet,Mobile-Map-Paket,mmpk,prüfen,Prüfsumme,Hash,beschädigt</translation>
    </message>
    <message>
        <source>{error} Layers in it: {layers}.</source>
        <translation>{error} Layer darin: {layers}.</translation>
    </message>
</context>
<context>
    <name>WebMapDelegate</name>
    <message>
        <source>The portal lists no map areas for this web map.</source>
        <translation>Das Portal führt für diese Webkarte keine Kartengebiete auf.</translation>
    </message>
</context>
<context>
    <name>WebMapItem</name>
    <message>
        <source>Refresh</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Show in the Dock</source>
        <translation>Im Bedienfeld zeigen</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>A file of this offline map is damaged. The rest can still be opened. To repair the map, remove it and download it again.</source>
        <translation>Eine Datei dieser Offline-Karte ist beschädigt. Der Rest lässt sich noch öffnen. Um die Karte zu reparieren, entfernen Sie sie und laden Sie sie erneut herunter.</translation>
    </message>
    <message>
        <source>Another window of QGIS, or another program, is downloading this area.</source>
        <translation>Ein anderes Fenster von QGIS oder ein anderes Programm lädt dieses Gebiet gerade herunter.</translation>
    </message>
    <message>
        <source>Asking the portal…</source>
        <translation>Frage das Portal …</translation>
    </message>
    <message>
        <source>Cancel Download</source>
        <translation>Download abbrechen</translation>
    </message>
    <message>
        <source>Check for Updates</source>
        <translation>Nach Aktualisierungen suchen</translation>
    </message>
    <message>
        <source>Choose Web Map…</source>
        <translation>Webkarte wählen …</translation>
    </message>
    <message>
        <source>Choose how to sign in to this portal, then refresh.</source>
        <translation>Wählen Sie, wie Sie sich an diesem Portal anmelden, und aktualisieren Sie dann.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Download failed</source>
        <translation>Download fehlgeschlagen</translation>
    </message>
    <message>
        <source>Downloaded</source>
        <translation>Heruntergeladen</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>Lädt herunter</translation>
    </message>
    <message>
        <source>Downloading elsewhere</source>
        <translation>Wird anderswo geladen</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>Herunterladen …</translation>
    </message>
    <message>
        <source>Edits not sent yet: {count}. Removing the offline map deletes them.</source>
        <translation>Noch nicht gesendete Änderungen: {count}. Wird die Offline-Karte entfernt, werden sie gelöscht.</translation>
    </message>
    <message>
        <source>Edits not sent yet: {count}. Update sends them.</source>
        <translation>Noch nicht gesendete Änderungen: {count}. „Aktualisieren“ sendet sie.</translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation>Wird abgeschlossen</translation>
    </message>
    <message>
        <source>Finish…</source>
        <translation>Abschließen …</translation>
    </message>
    <message>
        <source>Gone from the portal</source>
        <translation>Nicht mehr auf dem Portal</translation>
    </message>
    <message>
        <source>Loading</source>
        <translation>Wird geladen</translation>
    </message>
    <message>
        <source>Loading failed</source>
        <translation>Laden fehlgeschlagen</translation>
    </message>
    <message>
        <source>Loading map areas</source>
        <translation>Kartengebiete werden geladen</translation>
    </message>
    <message>
        <source>Local edits</source>
        <translation>Lokale Änderungen</translation>
    </message>
    <message>
        <source>Map areas</source>
        <translation>Kartengebiete</translation>
    </message>
    <message>
        <source>Map areas could not be loaded</source>
        <translation>Kartengebiete konnten nicht geladen werden</translation>
    </message>
    <message>
        <source>New data is being downloaded from the portal.</source>
        <translation>Neue Daten werden vom Portal heruntergeladen.</translation>
    </message>
    <message>
        <source>No connection</source>
        <translation>Keine Verbindung</translation>
    </message>
    <message>
        <source>No internet connection. Showing downloaded areas only.</source>
        <translation>Keine Internetverbindung. Nur heruntergeladene Gebiete werden gezeigt.</translation>
    </message>
    <message>
        <source>No map areas</source>
        <translation>Keine Kartengebiete</translation>
    </message>
    <message>
        <source>Not loaded</source>
        <translation>Nicht geladen</translation>
    </message>
    <message>
        <source>Not loaded yet</source>
        <translation>Noch nicht geladen</translation>
    </message>
    <message>
        <source>Offline use is turned off</source>
        <translation>Offline-Nutzung ist ausgeschaltet</translation>
    </message>
    <message>
        <source>Offline use is turned off. Showing downloaded areas only.</source>
        <translation>Offline-Nutzung ist ausgeschaltet. Nur heruntergeladene Gebiete werden gezeigt.</translation>
    </message>
    <message>
        <source>Only Download Changes</source>
        <translation>Nur Änderungen herunterladen</translation>
    </message>
    <message>
        <source>Only Send Edits</source>
        <translation>Nur Änderungen senden</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open as Project</source>
        <translation>Als Projekt öffnen</translation>
    </message>
    <message>
        <source>Packaging</source>
        <translation>Wird vorbereitet</translation>
    </message>
    <message>
        <source>Packaging failed</source>
        <translation>Vorbereitung fehlgeschlagen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Ready to download</source>
        <translation>Verfügbar</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Refresh to ask the portal for the map areas of this web map.</source>
        <translation>Aktualisieren Sie, um das Portal nach den Kartengebieten dieser Webkarte zu fragen.</translation>
    </message>
    <message>
        <source>Remove from List</source>
        <translation>Aus der Liste entfernen</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen …</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Revert Edits…</source>
        <translation>Änderungen zurücknehmen …</translation>
    </message>
    <message>
        <source>Save Edits as File…</source>
        <translation>Änderungen als Datei speichern …</translation>
    </message>
    <message>
        <source>Show Folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Showing downloaded areas. Refresh to ask the portal.</source>
        <translation>Heruntergeladene Gebiete werden gezeigt. Aktualisieren Sie, um das Portal zu fragen.</translation>
    </message>
    <message>
        <source>Sign In…</source>
        <translation>Anmelden …</translation>
    </message>
    <message>
        <source>Sign in to see all areas. Showing downloaded areas only.</source>
        <translation>Melden Sie sich an, um alle Gebiete zu sehen. Nur heruntergeladene Gebiete werden gezeigt.</translation>
    </message>
    <message>
        <source>Sign-in required</source>
        <translation>Anmeldung erforderlich</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stoppen</translation>
    </message>
    <message>
        <source>Syncing</source>
        <translation>Wird synchronisiert</translation>
    </message>
    <message>
        <source>The author of this web map has not enabled it for offline use.</source>
        <translation>Der Autor dieser Webkarte hat sie nicht für die Offline-Nutzung freigegeben.</translation>
    </message>
    <message>
        <source>The author of this web map has not prepared any map areas yet.</source>
        <translation>Der Autor dieser Webkarte hat noch keine Kartengebiete vorbereitet.</translation>
    </message>
    <message>
        <source>The download failed. Try again.</source>
        <translation>Der Download ist fehlgeschlagen. Versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>The download is paused. Resume continues it.</source>
        <translation>Der Download ist angehalten. „Fortsetzen“ macht damit weiter.</translation>
    </message>
    <message>
        <source>The portal answered with an error.</source>
        <translation>Das Portal antwortete mit einem Fehler.</translation>
    </message>
    <message>
        <source>The portal answered with an error. Showing downloaded areas only.</source>
        <translation>Das Portal antwortete mit einem Fehler. Nur heruntergeladene Gebiete werden gezeigt.</translation>
    </message>
    <message>
        <source>The portal cannot be reached. Check the network, then refresh.</source>
        <translation>Das Portal ist nicht erreichbar. Prüfen Sie das Netzwerk und aktualisieren Sie dann.</translation>
    </message>
    <message>
        <source>The portal could not prepare this area. The web map's author has to set it up again.</source>
        <translation>Das Portal konnte dieses Gebiet nicht vorbereiten. Der Autor der Webkarte muss es neu einrichten.</translation>
    </message>
    <message>
        <source>The portal has no map areas any more. Showing downloaded areas only.</source>
        <translation>Das Portal hat keine Kartengebiete mehr. Nur heruntergeladene Gebiete werden gezeigt.</translation>
    </message>
    <message>
        <source>The portal has not been asked about this area yet.</source>
        <translation>Das Portal wurde nach diesem Gebiet noch nicht gefragt.</translation>
    </message>
    <message>
        <source>The portal is being asked about this area.</source>
        <translation>Das Portal wird nach diesem Gebiet gefragt.</translation>
    </message>
    <message>
        <source>The portal is being asked.</source>
        <translation>Das Portal wird gefragt.</translation>
    </message>
    <message>
        <source>The portal is preparing this area. Refresh the list later.</source>
        <translation>Das Portal bereitet dieses Gebiet vor. Aktualisieren Sie die Liste später.</translation>
    </message>
    <message>
        <source>The portal's description of this area cannot be read. Try again.</source>
        <translation>Was das Portal über dieses Gebiet sagt, ist nicht lesbar. Versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>This area can be downloaded.</source>
        <translation>Dieses Gebiet kann heruntergeladen werden.</translation>
    </message>
    <message>
        <source>This area is being downloaded. It can be paused.</source>
        <translation>Dieses Gebiet wird heruntergeladen. Der Download lässt sich anhalten.</translation>
    </message>
    <message>
        <source>This area is no longer on the portal, or you may not see it.</source>
        <translation>Das Portal hat dieses Gebiet nicht mehr, oder Sie dürfen es nicht sehen.</translation>
    </message>
    <message>
        <source>This area is on this computer, with edits not sent yet.</source>
        <translation>Dieses Gebiet ist auf diesem Computer, mit noch nicht gesendeten Änderungen.</translation>
    </message>
    <message>
        <source>This area is on this computer.</source>
        <translation>Dieses Gebiet ist auf diesem Computer.</translation>
    </message>
    <message>
        <source>This area is on this computer. Others have changed features in it: Update downloads the changes.</source>
        <translation>Dieses Gebiet ist auf diesem Computer. Andere haben Objekte darin geändert: „Aktualisieren“ lädt die Änderungen herunter.</translation>
    </message>
    <message>
        <source>This area is on this computer. The portal has newer packages of it: to get them, remove this one and download it again.</source>
        <translation>Dieses Gebiet ist auf diesem Computer. Das Portal hat neuere Pakete davon: Um sie zu bekommen, entfernen Sie dieses und laden Sie es erneut herunter.</translation>
    </message>
    <message>
        <source>This area will be downloaded as soon as another download has ended.</source>
        <translation>Dieses Gebiet wird heruntergeladen, sobald ein anderer Download beendet ist.</translation>
    </message>
    <message>
        <source>This offline map is being unregistered at its feature services.</source>
        <translation>Diese Offline-Karte wird bei ihren Feature-Services abgemeldet.</translation>
    </message>
    <message>
        <source>Trying again in {seconds} s</source>
        <translation>Nächster Versuch in {seconds} s</translation>
    </message>
    <message>
        <source>Unlock…</source>
        <translation>Entsperren …</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>Aktualisieren</translation>
    </message>
    <message>
        <source>Update available</source>
        <translation>Aktualisierung verfügbar</translation>
    </message>
    <message>
        <source>Updating</source>
        <translation>Wird aktualisiert</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Waiting to download</source>
        <translation>Wartet auf den Download</translation>
    </message>
    <message>
        <source>Your edits are being sent to the portal, and changes by others are being downloaded. Nothing is lost if you stop.</source>
        <translation>Ihre Änderungen werden an das Portal gesendet und Änderungen anderer heruntergeladen. Es geht nichts verloren, wenn Sie stoppen.</translation>
    </message>
    <message>
        <source>Zoom to Area</source>
        <translation>Auf Gebiet zoomen</translation>
    </message>
    <message>
        <source>downloaded on {date}</source>
        <translation>am {date} heruntergeladen</translation>
    </message>
    <message>
        <source>downloaded today</source>
        <translation>heute heruntergeladen</translation>
    </message>
    <message>
        <source>downloaded yesterday</source>
        <translation>gestern heruntergeladen</translation>
    </message>
    <message>
        <source>downloaded {days} days ago</source>
        <translation>vor {days} Tagen heruntergeladen</translation>
    </message>
    <message>
        <source>from elsewhere</source>
        <translation>von anderswo</translation>
    </message>
    <message>
        <source>packaged on {date}</source>
        <translation>am {date} gepackt</translation>
    </message>
    <message>
        <source>packaged today</source>
        <translation>heute gepackt</translation>
    </message>
    <message>
        <source>packaged yesterday</source>
        <translation>gestern gepackt</translation>
    </message>
    <message>
        <source>packaged {days} days ago</source>
        <translation>vor {days} Tagen gepackt</translation>
    </message>
    <message>
        <source>{count} h</source>
        <translation>{count} h</translation>
    </message>
    <message>
        <source>{count} min</source>
        <translation>{count} min</translation>
    </message>
    <message>
        <source>{count} s</source>
        <translation>{count} s</translation>
    </message>
    <message>
        <source>{size}/s</source>
        <translation>{size}/s</translation>
    </message>
    <message>
        <source>{state}, local edits ({count})</source>
        <translation>{state}, lokale Änderungen ({count})</translation>
    </message>
    <message>
        <source>{state}, open</source>
        <translation>{state}, geöffnet</translation>
    </message>
    <message>
        <source>{state}, {percent} %</source>
        <translation>{state}, {percent} %</translation>
    </message>
    <message>
        <source>{there} downloaded</source>
        <translation>{there} heruntergeladen</translation>
    </message>
    <message>
        <source>{there} of {size}</source>
        <translation>{there} von {size}</translation>
    </message>
    <message>
        <source>{there} of {size} downloaded</source>
        <translation>{there} von {size} heruntergeladen</translation>
    </message>
</context>
</TS>

<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>OfflineMapError</name>
    <message>
        <source>A reference basemap directory was given, but no file name, and the map's author names none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask the map's author to set up the map area again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the file is there and that you may read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the disk and the folder, then start again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a .tpk, .tpkx or .vtpk file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder that you may write to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another update mode, or ask the map's author to turn scheduled updates on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another update mode.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose the folder that a download made, its package.info, or an .mmpk file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download again; if it stays so, ask the map's author to refresh the package.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Download the map area again, or copy the folder again as a whole.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space and start again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free some space and start again: what has arrived is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get the offline map again from a source that you trust.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get the package again from a source that you trust.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get the package again: this copy is damaged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get the package again: this copy is incomplete.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give an address like https://www.arcgis.com or https://gis.example.org/portal.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the file name of the tile package too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the folder as reference basemap directory and only the name as file name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the id of the web map (32 letters and digits), or the address of its page or map viewer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No permission to write “{file}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open it in the portal's map viewer and save it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pack its content again as a plain ZIP archive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start the download again: it continues where it stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The XML in “{file}” is not read because {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The XML in “{file}” is not well formed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection ended before “{file}” was complete.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The directory of the archive “{file}” contradicts its content.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is full: “{file}” could not be written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The feature services of this map area cannot be synchronised.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The map area holds no package for “{layer}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The map “{title}” cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The offline map “{folder}” misses its map document {name}.mmap.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The package.info of “{title}” names no map.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The path of layer “{layer}” is not understood.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The path of layer “{layer}” leads out of the offline map.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The portal sent {got} bytes of “{file}”, but its item says {size}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The reference basemap “{name}” is no tile package.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server sent another part of “{file}” than it was asked for.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server stopped sending “{file}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The temporary folder has no room to unpack a part of “{file}” ({size} bytes).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The web map “{title}” holds no readable layer list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This map area has no scheduled updates.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{address}” is not the address of a portal.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{file}” cannot be read because {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{file}” cannot be read: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{file}” changed on the portal.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{file}” could not be written: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{file}” ends before the data that it announces.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{file}” has no “{member}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{file}” is no ZIP archive, or it ends early.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{file}” is not opened because {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{file}” is too large to be a map document.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{file}” of the offline map cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{file}” of the offline map holds no object.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{folder}” is not an offline map: it holds no package.info.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{member}” in “{file}” cannot be unpacked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{member}” in “{file}” does not hold what the archive's directory says.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{member}” in “{file}” is larger than any file of its kind.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is not the plain name of a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{reference}” holds no web map id.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OpenOfflineMapDialog</name>
    <message>
        <source>&amp;Folder of an offline map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mobile map package or package.info</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Offline map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder with a file package.info, as a download leaves it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Offline map (package.info *.mmpk);;All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One file: a mobile map package (.mmpk), or the package.info in the folder of an offline map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open Offline Map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opens an offline map that this plugin or an ArcGIS app downloaded. Its layers are added to the project in a group.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Type or choose the folder or the file; OK is available as soon as it exists</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Plugin</name>
    <message>
        <source>&amp;Open Offline Map…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Offline map opened. Layers: {layers}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Offline map opened. Layers: {layers}; layers and tables that could not be opened: {failed}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open an offline map that is on this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This QGIS lacks Python packages that the plugin needs: {names}. Install them first.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>

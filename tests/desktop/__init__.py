"""`make desktop`: a tour through the plugin in a real QGIS window, with a picture of every stop.

__main__.py  outside QGIS: the portal of Elmsund, a display, a profile, one QGIS after the other
stage.py     inside QGIS: waiting, clicking, taking pictures, measuring the event loop
tour.py      inside QGIS: what is done and expected, stop by stop
"""

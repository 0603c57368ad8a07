"""`make desktop`: the plugin in a real QGIS window, with a picture of every stop.

__main__.py    outside QGIS: what is run, one QGIS after the other
session.py     outside QGIS: a display, a profile, a portal that the sessions can change
crowd.py       outside QGIS: a portal to measure with: 16 areas, 200 areas, an area of 2 GB
stage.py       inside QGIS: waiting, clicking, taking pictures, measuring the event loop
tour.py        inside QGIS: what users do, stop by stop
states.py      inside QGIS: every state of areas and of lists, for docs/states.md
measuring.py   inside QGIS: how long people wait, for docs/benchmarks.md
"""

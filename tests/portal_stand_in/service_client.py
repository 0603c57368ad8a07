"""A plain client of a feature service: it sends what a test tells it, and keeps generations."""

import json

J = {"f": "json"}
MODELS = ("perLayer", "perReplica")


class ServiceClient:
    """Parameters that are no text travel as JSON; `error` of an answer is for the test to look at."""

    def __init__(self, http, running, town, token=None):
        self.http, self.running, self.town, self.service = http, running, town, town.service
        self.url = town.url.replace("https://server.portal.invalid/arcgis", running.server_url)
        self.token = {} if token is None else {"token": token}

    def get(self, path="", **asked):
        return self._answer(self.http.get(self._address(path), params=self._sent(asked)))

    def post(self, path, files=None, **asked):
        return self._answer(self.http.post(self._address(path), data=self._sent(asked), files=files))

    def _address(self, path):
        return path if path.startswith("http") else f"{self.url}/{path}".rstrip("/")

    def _sent(self, asked):
        sent = {key: one if isinstance(one, str) else json.dumps(one) for key, one in asked.items()}
        return {**J, **self.token, **sent}

    def _answer(self, answer):
        assert answer.status_code == 200, answer.text
        return answer.json()

    def create(self, model="perLayer", **more):
        """createReplica over the town's area with everything in it."""
        extent = self.town.content.items[self.town.area].json["properties"]["extent"]
        asked = {
            "replicaName": "mine",
            "layers": [0, 1, 2, 3],
            "geometry": extent,
            "geometryType": "esriGeometryEnvelope",
            "inSR": 102100,
            "syncModel": model,
            "transportType": "esriTransportTypeEmbedded",
            "returnAttachments": True,
            "attachmentsSyncDirection": "bidirectional",
            "dataFormat": "json",
            **more,
        }
        return self.post("createReplica", **{key: one for key, one in asked.items() if one is not None})

    def register(self, model="perLayer", **more):
        """createReplica for a copy of the package."""
        said = self.town.content.items[self.town.package].json["properties"]
        gens = {key: said[key] for key in ("layerServerGens", "replicaServerGen") if key in said}
        options = {"registerExistingData": True, "refReplicaId": said["replicaID"], **gens}
        return self.create(model, replicaOptions=options, layerQueries=said["layerQueries"], **more)

    def sync(self, replica, edits=(), direction="bidirectional", **more):
        """synchronizeReplica from the generations in `replica`, an earlier answer or a list of them."""
        asked = {"replicaID": replica["replicaID"], "returnIdsForAdds": True, **gens_of(replica, direction)}
        asked.update(edits=edits and list(edits), **more)
        return self.post("synchronizeReplica", **{key: one for key, one in asked.items() if one is not None})

    def finished(self, answer):
        """The last page of a job."""
        while True:
            page = self.get(answer["statusUrl"])
            if page.get("status") not in ("Pending", "ExportChanges"):
                return page


def gens_of(replica, direction):
    if "replicaServerGen" in replica:
        return {"replicaServerGen": replica["replicaServerGen"], "syncDirection": direction}
    return {"syncLayers": [{**one, "syncDirection": direction} for one in replica["layerServerGens"]]}


def entry_of(answer, layer_id):
    """What an answer says of one layer."""
    return next(one for one in answer["edits"] if one["id"] == layer_id)


def features_of(answer, layer_id, kind):
    """The GlobalIDs, in braces and upper case, of downloaded changes or of a replica's rows."""
    if "layers" in answer:
        told = next(one for one in answer["layers"] if one["id"] == layer_id)[kind]
    else:
        told = entry_of(answer, layer_id)["features"][kind]
    ids = [one if isinstance(one, str) else one["attributes"]["GlobalID"] for one in told]
    return {"{" + one.strip("{}").upper() + "}" for one in ids}


def edits(layer_id, **kinds):
    """The entry of one layer."""
    return {"id": layer_id, "features": kinds}


def feature(guid, geometry=None, **attributes):
    told = {"attributes": {"GlobalID": guid, **attributes}}
    return told if geometry is None else {**told, "geometry": geometry}

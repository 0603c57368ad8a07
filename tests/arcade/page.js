// Runs in the browser: evaluates expressions over rows of a layer, and says type and value of each answer.
import esriConfig from "@arcgis/core/config.js";
import FeatureLayer from "@arcgis/core/layers/FeatureLayer.js";
import Graphic from "@arcgis/core/Graphic.js";
import * as arcade from "@arcgis/core/arcade.js";
import * as intl from "@arcgis/core/intl.js";
esriConfig.assetsPath = location.origin + "/assets";
intl.setLocale("en");
const seen = v => {
  if (v === null || v === undefined) return { type: "null" };
  if (typeof v === "number") return { type: "number", value: Number.isFinite(v) ? v : String(v) };
  if (typeof v === "string") return { type: "text", value: v };
  if (typeof v === "boolean") return { type: "boolean", value: v };
  if (v instanceof Date) return { type: "date", value: v.getTime() };
  if (Array.isArray(v)) return { type: "array", value: v.map(seen) };
  return { type: "other" };
};
window.evaluate = async ({ fields, rows, expressions }) => {
  const layer = new FeatureLayer({ source: [], objectIdField: "OBJECTID", fields, geometryType: "point", spatialReference: { wkid: 3857 } });
  await layer.load();
  const out = [];
  for (const expression of expressions) {
    let ex;
    try { ex = await arcade.createArcadeExecutor(expression, { variables: [{ name: "$feature", type: "feature" }] }); }
    catch (e) { out.push({ expression, error: String(e.message || e) }); continue; }
    const values = [];
    for (const attributes of rows) {
      const g = new Graphic({ attributes: { ...attributes } }); g.layer = layer; g.sourceLayer = layer;
      try { values.push(seen(await ex.executeAsync({ $feature: g }))); } catch (e) { values.push({ type: "error", value: String(e.message || e) }); }
    }
    out.push({ expression, values });
  }
  return out;
};
window.ready = true;

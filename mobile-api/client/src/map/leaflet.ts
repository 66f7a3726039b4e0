/** The parts of Leaflet that the maps are made with. Its controls are not: they make HTML from text. */
import { DivIcon } from "leaflet/src/layer/marker/DivIcon.js";
import { Marker } from "leaflet/src/layer/marker/Marker.js";
import { GridLayer } from "leaflet/src/layer/tile/GridLayer.js";
import { TileLayer } from "leaflet/src/layer/tile/TileLayer.js";
import "leaflet/src/map/handler/Map.Drag.js";
import "leaflet/src/map/handler/Map.ScrollWheelZoom.js";
import "leaflet/src/map/handler/Map.TouchZoom.js";
import { Map as LeafletMap } from "leaflet/src/map/Map.js";

export { DivIcon, GridLayer, LeafletMap, Marker, TileLayer };

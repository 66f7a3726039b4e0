"""Words for what can go wrong with places."""

from backend.core.problem_text import ProblemText

TEXTS = {
    "coordinates-not-numbers": ProblemText(
        "This is no place",
        "The latitude or longitude is not a number.",
        "Send both as numbers in degrees, such as 52.516 and 13.378.",
    ),
    "coordinates-outside-world": ProblemText(
        "This place is not on Earth",
        "Latitude {lat} and longitude {lon} are outside the world.",
        "Latitude runs from -90 to 90 and longitude from -180 to 180, in degrees.",
    ),
    "coordinates-swapped": ProblemText(
        "Latitude and longitude are swapped",
        "Latitude {lat} and longitude {lon} are far from this city, but the other way round they "
        "lie inside it.",
        "Send the two numbers the other way round if that is the place.",
    ),
    "file-not-readable": ProblemText(
        "The file cannot be read",
        "{file} is not text in UTF-8: {why}.",
        "Save it as CSV in UTF-8 and try again. Nothing was imported.",
    ),
    "not-a-boundary-file": ProblemText(
        "This is not a file of boundaries",
        "{file} holds no areas that GDAL can read.",
        "Give a GeoJSON, GeoPackage, Shapefile or other file with polygons. Nothing was imported.",
    ),
    "boundaries-without-crs": ProblemText(
        "The boundaries do not say their coordinate system",
        "{file} names no coordinate reference system, so its numbers could be anywhere.",
        "Add the CRS (for a Shapefile: its .prj file) and try again. Nothing was imported.",
    ),
    "boundaries-refused": ProblemText(
        "Some areas cannot be used",
        "{file}: {problems}.",
        "Correct these areas in the file and import it again. Nothing was imported.",
    ),
    "column-missing": ProblemText(
        "A column is missing",
        "{file} has no column {column}; it has {columns}.",
        "Name one of these columns.",
    ),
    "header-repeats": ProblemText(
        "The header names a column twice",
        "{file} has more than one column {columns}.",
        "Rename or remove one of them. Nothing was imported.",
    ),
    "census-id-repeated": ProblemText(
        "The census table has a district twice",
        "Line {line} of {file} is a second row for {id}.",
        "Keep one row for each district, such as the newest year alone, and import again.",
    ),
    "census-does-not-match": ProblemText(
        "The census table does not fit the boundaries",
        "No value of {column} in {file} is the id of an area.",
        "Check which column holds the areas' ids. Nothing was imported.",
    ),
    "figure-not-a-number": ProblemText(
        "A census figure is not a number",
        "{file}, line {line}: {column} is not a number.",
        "Correct the cell, or leave it blank where the figure is not known. Nothing was imported.",
    ),
    "not-a-place-file": ProblemText(
        "This is not a file of places",
        "{file} holds no streets, addresses or landmarks that GDAL can read.",
        "Give a GeoJSON, GeoPackage, Shapefile or other file with lines or points. Nothing was "
        "imported.",
    ),
    "places-unnamed": ProblemText(
        "No place has a name",
        "Every cell of {column} in {file} is blank, or its row has no shape.",
        "Check which column holds the names of streets or places. Nothing was imported.",
    ),
    "places-elsewhere": ProblemText(
        "These places are not in this city",
        "All {count} places of {file} are more than 20 km from the city's districts.",
        "Check the file and its coordinate system. Nothing was imported.",
    ),
    "basemap-of-nothing": ProblemText(
        "There is nothing to draw",
        "The city has no districts and no ground yet.",
        "Bring some in with `city import` or `city ground`, then draw the map.",
    ),
    "basemap-not-drawn": ProblemText(
        "The map could not be drawn",
        "The tiles could not be written: {why}.",
        "Look whether the data folder has room and may be written to. The map before is still "
        "there.",
    ),
    "basemap-missing": ProblemText(
        "There is no such map",
        "The city's ground map was not drawn yet, or that version of it is gone.",
        "Ask /v1/basemap which there is.",
    ),
    "near-not-a-place": ProblemText(
        "This is no place to search near",
        "“near” is not a latitude and a longitude with a comma between them.",
        "Send both in degrees, such as 52.516,13.378, or leave it out.",
    ),
    "time-zone-unknown": ProblemText(
        "We do not know this time zone",
        "{time_zone} is not in the time zone database.",
        "Give a name such as Europe/Warsaw.",
    ),
    "country-unknown": ProblemText(
        "We do not know this country",
        "“{country}” is not one of the two-letter codes of ISO 3166.",
        "Give two capital letters such as PL.",
    ),
    "ground-kind-unknown": ProblemText(
        "The ground map has no such layer",
        "{kind} is not one of {kinds}.",
        "Name one of these layers.",
    ),
    "geojson-not-json": ProblemText(
        "This is not GeoJSON",
        "Line {line} is no JSON.",
        "Save the file again as GeoJSON.",
    ),
    "geojson-not-features": ProblemText(
        "This is no collection of features",
        "The GeoJSON has no list of features.",
        "Save the areas as one FeatureCollection.",
    ),
    "geojson-bad-geometry": ProblemText(
        "Some features have no readable shape",
        "The shapes of these features, counted from 1, cannot be read: {places}.",
        "Draw them again, or take them out.",
    ),
}

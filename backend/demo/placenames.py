"""Names for the town's streets, districts, parks and bridges: trades, trees, birds and fields.

No name is a person's, so that nobody can take a made-up street for a memorial.
"""

import numpy as np

CITY = "Larkenford"
RIVER = "Larken"
LAKE = "Heron Mere"
CORE = ("Old Town", "Overwater", "Bridge End", "Castle Ward")
INNER = (
    "Millgate", "Tannery Bank", "Kilnfield", "Weirside", "Ropewalk", "Glassworks", "Foundry Hill",
    "Brickfields", "Orchard Hill", "Quarry Bank", "Maltings", "Limeburn", "Gasworks Row",
    "Weavers’ Field", "Ferry Green", "Cattle Market",
)  # fmt: skip
OUTER = (
    "Alder Green", "Ashmead", "Birchmoor", "Broadmeadow", "Fallow End", "Fernhill", "Hazelcombe",
    "Larkfield", "Long Acre", "Marl Pits", "Nether Common", "Plover Heath", "Reedmarsh",
    "Sedgewater", "Skylark Rise", "Stonecross", "Thornfield", "Upper Common", "Willowbrook",
    "Windmill Hill",
)  # fmt: skip
TOWN_PARKS = (
    "Castle Gardens", "Lime Park", "Jubilee Park", "Foundry Green", "Orchard Park",
    "Rose Garden Park", "Ropewalk Green", "Linden Square Park",
)  # fmt: skip
WOODS = ("Hanger Wood", "Plover Wood", "Great Copse", "Badger Wood")
BRIDGES = (
    "Mill Bridge", "Ferry Bridge", "Weir Bridge", "New Bridge", "Heron Bridge", "Tannery Bridge",
    "Meadow Bridge", "Gasworks Bridge", "Harbour Bridge", "Willow Bridge", "Long Bridge",
    "Swan Bridge", "Osier Bridge", "Rope Bridge", "Kiln Bridge", "Otter Bridge", "Green Bridge",
)  # fmt: skip
QUAYS = ("Fish Quay", "Ferry Quay", "Coal Quay", "Timber Quay")
AWAY = (
    "Marrowby", "Ostley", "Tarnholm", "Wexdale", "Corvenham", "Brackenstow", "Sallowick",
    "Ellmarsh", "Dunmere", "Harrowstead", "Pellbury", "Quenby Cross",
)  # fmt: skip
OLD = (
    "Baker", "Butcher", "Candle", "Chandler", "Cheese", "Cloth", "Cooper", "Cordwain", "Corn",
    "Crane", "Dyer", "Eel", "Fish", "Flax", "Fuller", "Glover", "Goldsmith", "Hay", "Herring",
    "Hook", "Horn", "Lantern", "Leather", "Linen", "Malt", "Mercer", "Milk", "Needle", "Oat",
    "Potter", "Pudding", "Saddler", "Salt", "Silver", "Spice", "Tallow", "Tinker", "Vine", "Wine",
    "Wool",
)  # fmt: skip
NEW = (
    "Acorn", "Alder", "Almond", "Apple", "Ash", "Aspen", "Barley", "Beech", "Birch", "Bittern",
    "Blackbird", "Bluebell", "Bracken", "Bramble", "Briar", "Brook", "Broom", "Cedar", "Cherry",
    "Chestnut", "Clover", "Comet", "Copse", "Cowslip", "Crocus", "Cuckoo", "Curlew", "Cypress",
    "Daisy", "Damson", "Dunnock", "Elder", "Elm", "Falcon", "Fern", "Field", "Finch", "Foundry",
    "Foxglove", "Garden", "Gorse", "Harvest", "Hawthorn", "Hazel", "Heather", "Heron", "Hill",
    "Holly", "Hop", "Hornbeam", "Ivy", "Juniper", "Kestrel", "Kiln", "Kingfisher", "Lapwing",
    "Larch", "Lark", "Laurel", "Lavender", "Lilac", "Lime", "Linden", "Magpie", "Maple", "Marsh",
    "Martin", "Meadow", "Medlar", "Mill", "Mistletoe", "Mulberry", "Nightjar", "Oak", "Orchard",
    "Osier", "Osprey", "Otter", "Owl", "Pear", "Pine", "Plane", "Plover", "Plum", "Pond", "Poplar",
    "Primrose", "Quarry", "Quince", "Rook", "Rose", "Rowan", "Rush", "Rye", "School", "Sedge",
    "Siskin", "Sorrel", "Spinney", "Spring", "Spruce", "Starling", "Station", "Swallow", "Swan",
    "Swift", "Sycamore", "Teal", "Thistle", "Thorn", "Thrush", "Thyme", "Tulip", "Vale", "Violet",
    "Walnut", "Warbler", "Weir", "Wheat", "Willow", "Windmill", "Wren", "Yarrow", "Yew",
)  # fmt: skip
LANE_KINDS = ("Lane", "Row", "Street", "Yard", "Passage", "Walk", "Alley", "Court", "Steps")
STREET_KINDS = ("Street", "Road", "Avenue", "Way", "Close", "Rise", "Drive", "Terrace", "Gardens")


def ordered(rng: np.random.Generator, names: tuple[str, ...]) -> list[str]:
    """The names in a drawn order."""
    return [names[i] for i in rng.permutation(len(names))]


def street_names(
    rng: np.random.Generator, firsts: tuple[str, ...], kinds: tuple[str, ...]
) -> list[str]:
    """Every pairing of a first word with a kind of street, in a drawn order."""
    return ordered(rng, tuple(f"{first} {kind}" for first in firsts for kind in kinds))

"""The ideas that residents put on the town budget's ballot."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Idea:
    """`name` may speak of {place} (a district) or {street}; `price` is a usual one in euro."""

    name: str
    category: str
    price: int


PLAY, GREEN, STREETS = "Play and sport", "Green and water", "Streets and paths"
CULTURE, LEARNING = "Culture and meeting", "Learning"

IDEAS = (
    Idea("Playground for all ages in {place}", PLAY, 140_000),
    Idea("Skate bowl beside {street}", PLAY, 185_000),
    Idea("Outdoor gym in {place}", PLAY, 48_000),
    Idea("Floodlights for the ball court in {place}", PLAY, 36_000),
    Idea("Table tennis tables in {place}", PLAY, 14_000),
    Idea("Water play on {street}", PLAY, 92_000),
    Idea("Two hundred street trees for {place}", GREEN, 160_000),
    Idea("Pocket park on {street}", GREEN, 115_000),
    Idea("Community garden in {place}", GREEN, 32_000),
    Idea("Wildflower verges along {street}", GREEN, 12_500),
    Idea("River steps to sit on", GREEN, 230_000),
    Idea("Rain gardens for {street}", GREEN, 78_000),
    Idea("Drinking fountains in {place}", GREEN, 27_000),
    Idea("Green roof for the bus shelters in {place}", GREEN, 41_000),
    Idea("Safe crossing on {street}", STREETS, 66_000),
    Idea("Benches every two hundred metres in {place}", STREETS, 24_000),
    Idea("Wider pavement on {street}", STREETS, 175_000),
    Idea("Cycle street: {street}", STREETS, 125_000),
    Idea("Covered bicycle stands in {place}", STREETS, 38_000),
    Idea("Dropped kerbs throughout {place}", STREETS, 54_000),
    Idea("Warm lighting for the footpath by {street}", STREETS, 59_000),
    Idea("School street: {street} free of cars at the bell", STREETS, 18_500),
    Idea("Public toilet for {place}", STREETS, 98_000),
    Idea("Open-air stage in {place}", CULTURE, 110_000),
    Idea("Repair café in {place}", CULTURE, 22_000),
    Idea("Mural on {street}", CULTURE, 9_500),
    Idea("Neighbourhood kitchen in {place}", CULTURE, 84_000),
    Idea("Summer of street concerts", CULTURE, 29_000),
    Idea("A bus that brings the library to {place}", LEARNING, 145_000),
    Idea("Workshop for wood and metal in {place}", LEARNING, 71_000),
    Idea("Help with phones and forms in {place}", LEARNING, 16_000),
    Idea("Open evenings at the schools of {place}", LEARNING, 44_000),
)

from shapely.geometry import box

from geo.adjacency import neighbour_pairs


def test_sides_count_and_corners_do_not() -> None:
    board = [box(x, y, x + 1, y + 1) for y in range(3) for x in range(3)]
    sideways = {(k, k + 1) for k in range(9) if k % 3 < 2}
    upward = {(k, k + 3) for k in range(6)}
    assert {tuple(pair) for pair in neighbour_pairs(board).tolist()} == sideways | upward


def test_a_partial_side_an_enclave_and_a_sliver_make_neighbours() -> None:
    ring = box(0, 0, 9, 9) - box(3, 3, 6, 6)
    areas = [ring, box(3, 3, 6, 6), box(9, 4, 10, 5), box(-5, 0, 0.001, 9), box(50, 0, 51, 1)]
    assert neighbour_pairs(areas).tolist() == [[0, 1], [0, 2], [0, 3]]


def test_an_island_has_none() -> None:
    assert neighbour_pairs([box(0, 0, 1, 1)]).shape == (0, 2)
    assert neighbour_pairs([]).shape == (0, 2)

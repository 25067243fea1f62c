from synth_server.prompts.similar import most_similar


def test_goals_that_share_rare_words_come_first() -> None:
    known = ["go to the red ball", "pick up the blue key", "open the red door", "go to the green ball"]
    assert most_similar("go to the purple ball", known, 2) == ["go to the red ball", "go to the green ball"]
    assert most_similar("pick up the red key", known, 1) == ["pick up the blue key"]


def test_goals_without_a_common_word_keep_their_order() -> None:
    assert most_similar("dance", ["sing", "go", "stay"], 2) == ["sing", "go"]
    assert most_similar("dance", [], 2) == []

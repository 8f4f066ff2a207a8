//! What EPHEMERA has taken before anybody came.

const USERS: [&str; 10] = ["Ada", "Bohumil", "Chidi", "Delphine", "Emre", "Fumiko", "Grace", "Hedy", "Ines", "Jun"];

const FRAGMENTS: [&str; 24] = [
    "The smell of rain on the platform, the night the last train did not come.",
    "A song my grandmother hummed, without its ending.",
    "The exact blue of the door we were told not to open.",
    "Seven digits of a telephone number that nobody answers now.",
    "How the sea sounded through the wall of the rented room.",
    "The word for snow in a language I no longer speak.",
    "Winning at chess, once, against my father.",
    "The weight of the key to a house that was pulled down.",
    "A joke so good that we had to stop the car.",
    "The second verse. Only ever the second verse.",
    "The taste of the first tomato of that summer.",
    "A face in the window of the tram going the other way.",
    "What the fortune cookie said, and that it was right.",
    "The corridor of the old school, at the size it had then.",
    "Learning to whistle on the roof.",
    "The name of the dog across the street.",
    "Where I put the letter so that I would not lose it.",
    "Three steps of a dance, and the hand that taught them.",
    "The last page of a book I have been looking for since.",
    "How quiet it was after the power went out.",
    "A promise made on a staircase.",
    "The colour of the stage lights, from behind.",
    "The shortcut through the orchard.",
    "The sentence I rehearsed and never said.",
];

/// The user and the fragment of the `n`th session.
pub(crate) fn memory(n: usize) -> (&'static str, &'static str) {
    (USERS[n % USERS.len()], FRAGMENTS[n % FRAGMENTS.len()])
}

/// Lives for the sessions of a demo, in seconds: some are about to go, most take a while, none exceeds the default.
pub(crate) fn life(n: usize) -> u64 {
    const LIVES: [u64; 10] = [12, 45, 300, 120, 24, 240, 180, 300, 75, 210];
    LIVES[n % LIVES.len()]
}

"""`make simulate`: 10,000 seeds, or as many as are asked for, from the first that is given: SEEDS [FIRST]."""

import sys

from tests.simulation import seeds


def main(words: list[str]) -> int:
    """Play them, tell, and say whether all held."""
    number, first = (int(word) for word in (*words, "10000", "0")[:2]) if len(words) != 1 else (int(words[0]), 0)
    ran = seeds.every(range(first, first + number))
    sys.stdout.write("\n".join(seeds.told(ran)) + "\n")
    return int(any(one.faults for one in ran))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

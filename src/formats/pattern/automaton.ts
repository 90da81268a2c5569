/**
 * The same as trying all ways at once, with each set of places remembered: one look-up for a character.
 *
 * For programs without word boundaries and texts that are not empty. Sets are made when they are first met; there may
 * be very many of them, so past a bound they are forgotten and made anew.
 * Source: R. Cox, "Regular Expression Matching Can Be Simple And Fast" (2007), on caching the sets.
 */
import type { Instruction } from './program.ts';

const mostStates = 1_000;
const ascii = 128;

interface State {
  /** In the order of the program: places of characters, and of ends that wait for the end. */
  readonly places: readonly number[];
  readonly found: boolean;
  /** Found where the text ends here. */
  readonly foundAtEnd: boolean;
  readonly next: (State | undefined)[];
}

export class Automaton {
  readonly #code: readonly Instruction[];
  readonly #states = new Map<string, State>();
  #start: State | undefined;

  constructor(code: readonly Instruction[]) {
    this.#code = code;
  }

  /** `text` is not empty. */
  test(text: string): boolean {
    this.#start ??= this.#stateOf([0], true);
    let state = this.#start;
    for (let at = 0; at < text.length; at += 1) {
      if (state.found) return true;
      const unit = text.charCodeAt(at);
      state = (unit < ascii ? state.next[unit] : undefined) ?? this.#step(state, unit);
    }
    return state.found || state.foundAtEnd;
  }

  #step(state: State, unit: number): State {
    // Wherever one is, the pattern may begin anew.
    const starts = [0];
    for (const place of state.places) {
      const instruction = this.#code[place];
      if (instruction?.kind === 'set' && instruction.has(unit)) starts.push(place + 1);
    }
    const next = this.#stateOf(starts, false);
    if (unit < ascii) state.next[unit] = next;
    return next;
  }

  #stateOf(starts: readonly number[], atStart: boolean): State {
    const { places, found } = this.#reached(starts, atStart, false);
    const key = `${found ? '!' : ''}${places.join(' ')}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    if (this.#states.size >= mostStates) {
      // Those that are known of each other are let go with the map.
      this.#states.clear();
      this.#start = undefined;
    }
    const ends = places.filter((place) => this.#code[place]?.kind === 'assertion').map((place) => place + 1);
    const foundAtEnd = ends.length > 0 && this.#reached(ends, false, true).found;
    const state: State = { places, found, foundAtEnd, next: new Array(ascii).fill(undefined) };
    this.#states.set(key, state);
    return state;
  }

  /** All places that are reached without a character. */
  #reached(
    starts: readonly number[],
    atStart: boolean,
    atEnd: boolean,
  ): { readonly places: readonly number[]; readonly found: boolean } {
    const seen = new Set<number>();
    const places: number[] = [];
    let found = false;
    const waiting = [...starts];
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      if (seen.has(place)) continue;
      seen.add(place);
      const instruction = this.#code[place];
      switch (instruction?.kind) {
        case 'found':
          found = true;
          break;
        case 'jump':
          waiting.push(instruction.to);
          break;
        case 'split':
          waiting.push(instruction.one, instruction.other);
          break;
        case 'assertion': {
          const isStart = instruction.assertion === 'start';
          if (isStart ? atStart : atEnd) waiting.push(place + 1);
          else if (!isStart) places.push(place);
          break;
        }
        default:
          places.push(place);
      }
    }
    return { places: places.sort((a, b) => a - b), found };
  }
}

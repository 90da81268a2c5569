/**
 * Whether a text holds what a pattern describes, in time that grows with the text and never explodes.
 *
 * Why: patterns are people's, and the texts they run over are the attacker's: `(a+)+$` over a line made for it would
 * hold a scan for years in an engine that tries one way after the other. How: all ways at once, a set of places in
 * the program for each character, remembered (`automaton.ts`) where nothing but the character decides.
 * Source: K. Thompson, "Regular Expression Search Algorithm" (CACM 11, 1968); R. Cox, "Regular Expression Matching: the
 * Virtual Machine Approach" (2009).
 */
import { Automaton } from './automaton.ts';
import { type Assertion, parsePattern } from './parse-pattern.ts';
import { type Instruction, programOf } from './program.ts';

const isWord = (unit: number): boolean =>
  (unit >= 0x30 && unit <= 0x39) ||
  (unit >= 0x41 && unit <= 0x5a) ||
  unit === 0x5f ||
  (unit >= 0x61 && unit <= 0x7a);

/** A set of places that is emptied at no cost. */
class Places {
  readonly list: Int32Array;
  readonly #marks: Int32Array;
  #mark = 0;
  count = 0;

  constructor(size: number) {
    this.list = new Int32Array(size);
    this.#marks = new Int32Array(size);
  }

  clear(): void {
    this.#mark += 1;
    this.count = 0;
  }

  /** False where it is there already. */
  see(place: number): boolean {
    if (this.#marks[place] === this.#mark) return false;
    this.#marks[place] = this.#mark;
    return true;
  }

  add(place: number): void {
    this.list[this.count] = place;
    this.count += 1;
  }
}

class Matcher {
  readonly #code: readonly Instruction[];
  readonly #waiting: number[] = [];
  #now: Places;
  #next: Places;

  constructor(code: readonly Instruction[]) {
    this.#code = code;
    this.#now = new Places(code.length);
    this.#next = new Places(code.length);
  }

  test(text: string): boolean {
    this.#now.clear();
    for (let at = 0; at <= text.length; at += 1) {
      if (this.#enter(this.#now, 0, text, at)) return true;
      if (at === text.length) return false;
      const unit = text.charCodeAt(at);
      const now = this.#now;
      this.#next.clear();
      for (let index = 0; index < now.count; index += 1) {
        const place = now.list[index] ?? 0;
        const instruction = this.#code[place];
        if (instruction?.kind !== 'set' || !instruction.has(unit)) continue;
        if (this.#enter(this.#next, place + 1, text, at + 1)) return true;
      }
      this.#now = this.#next;
      this.#next = now;
    }
    return false;
  }

  /** All places that are reached from one without a character. True where the end is among them. */
  #enter(places: Places, start: number, text: string, at: number): boolean {
    const waiting = this.#waiting;
    waiting.length = 0;
    waiting.push(start);
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      if (!places.see(place)) continue;
      const instruction = this.#code[place];
      switch (instruction?.kind) {
        case 'found':
          return true;
        case 'jump':
          waiting.push(instruction.to);
          break;
        case 'split':
          waiting.push(instruction.other, instruction.one);
          break;
        case 'assertion':
          if (holds(instruction.assertion, text, at)) waiting.push(place + 1);
          break;
        default:
          places.add(place);
      }
    }
    return false;
  }
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case 'start':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'boundary':
    case 'no-boundary': {
      const before = at > 0 && isWord(text.charCodeAt(at - 1));
      const after = at < text.length && isWord(text.charCodeAt(at));
      return (before !== after) === (assertion === 'boundary');
    }
  }
}

/**
 * A test of texts.
 * @throws PatternError where the pattern is none that can be answered in linear time
 */
export function matcherOf(pattern: string): (text: string) => boolean {
  const program = programOf(parsePattern(pattern));
  const matcher = new Matcher(program);
  const looksAround = program.some(
    (one) => one.kind === 'assertion' && (one.assertion === 'boundary' || one.assertion === 'no-boundary'),
  );
  if (looksAround) return (text) => matcher.test(text);
  const automaton = new Automaton(program);
  return (text) => (text === '' ? matcher.test(text) : automaton.test(text));
}

/**
 * A pattern as a program of few instructions: a character of a set, an assertion, two ways to go on, found.
 *
 * Bound: 5,000 instructions. Source: R. Cox, "Regular Expression Matching: the Virtual Machine Approach" (2009).
 */
import {
  type Assertion,
  type CharacterSet,
  type Pattern,
  PatternError,
  type PatternNode,
} from './parse-pattern.ts';

export type Instruction =
  | { readonly kind: 'set'; readonly has: (unit: number) => boolean }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'split'; readonly one: number; other: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'found' };

const mostInstructions = 5_000;

function membership({ negated, ranges }: CharacterSet, ignoreCase: boolean): (unit: number) => boolean {
  const listed = (unit: number): boolean => ranges.some(([first, last]) => unit >= first && unit <= last);
  const within = (unit: number): boolean => {
    if (listed(unit)) return true;
    if (!ignoreCase) return false;
    const text = String.fromCharCode(unit);
    return listed(text.toLowerCase().charCodeAt(0)) || listed(text.toUpperCase().charCodeAt(0));
  };
  // Nearly all text is ASCII: the answers for it are looked up.
  const quick = Uint8Array.from({ length: 128 }, (_, unit) => (within(unit) !== negated ? 1 : 0));
  return (unit) => (unit < 128 ? quick[unit] === 1 : within(unit) !== negated);
}

class Compiler {
  readonly code: Instruction[] = [];
  readonly #ignoreCase: boolean;

  constructor(ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
  }

  #add<I extends Instruction>(instruction: I): I {
    if (this.code.length >= mostInstructions) throw new PatternError('too large when written out', 0);
    this.code.push(instruction);
    return instruction;
  }

  put(node: PatternNode): void {
    switch (node.kind) {
      case 'set':
        this.#add({ kind: 'set', has: membership(node.set, this.#ignoreCase) });
        return;
      case 'assertion':
        this.#add(node);
        return;
      case 'sequence':
        for (const part of node.parts) this.put(part);
        return;
      case 'either':
        this.#either(node.parts);
        return;
      case 'repeat':
        this.#repeat(node.of, node.least, node.most);
    }
  }

  #either(parts: readonly PatternNode[]): void {
    const ends: { to: number }[] = [];
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const split = isLast ? undefined : this.#split();
      this.put(part);
      if (split === undefined) continue;
      ends.push(this.#add({ kind: 'jump', to: 0 }));
      split.other = this.code.length;
    }
    for (const end of ends) end.to = this.code.length;
  }

  /** Goes on with what is put next, or with `other`. */
  #split(): { other: number } {
    return this.#add({ kind: 'split', one: this.code.length + 1, other: 0 });
  }

  #repeat(of: PatternNode, least: number, most: number): void {
    for (let count = 0; count < least; count += 1) this.put(of);
    if (most === Number.POSITIVE_INFINITY) {
      const start = this.code.length;
      const split = this.#split();
      this.put(of);
      this.#add({ kind: 'jump', to: start });
      split.other = this.code.length;
      return;
    }
    const splits: { other: number }[] = [];
    for (let count = least; count < most; count += 1) {
      splits.push(this.#split());
      this.put(of);
    }
    for (const split of splits) split.other = this.code.length;
  }

  end(): readonly Instruction[] {
    this.#add({ kind: 'found' });
    return this.code;
  }
}

/** @throws PatternError where it is too large when written out */
export function programOf({ node, ignoreCase }: Pattern): readonly Instruction[] {
  const compiler = new Compiler(ignoreCase);
  compiler.put(node);
  return compiler.end();
}

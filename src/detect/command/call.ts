/** One command as the tables of programs see it, and what they may ask of the reading. */
import type { CommandLanguage } from '../../model/facts/persistence.ts';
import type { Session, TargetUse } from './session.ts';

export interface Runner {
  readonly session: Session;
  /** Reads a text that is run by a shell. @returns what it would print, as far as that can be told */
  shell(text: string, stdin?: string): string;
  /** Reads a text that is run by an interpreter. */
  source(language: CommandLanguage, text: string): string;
  /** A file that is run, sourced or loaded, with what is known of its content. */
  file(path: string, how: TargetUse['how'], language?: CommandLanguage): string;
  invoke(argv: readonly string[], stdin: string): string;
}

export interface Call {
  /** Base name of the program. */
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin: string;
  readonly to: Runner;
}

/** @returns what the program writes to its standard output */
export type Program = (call: Call) => string;
export type ProgramTable = Readonly<Record<string, Program>>;

/** Every name of a list under one program. */
export const named = (names: string, program: Program): ProgramTable =>
  Object.fromEntries(names.split(' ').map((name) => [name, program]));

const none: ReadonlySet<string> = new Set();

/** What follows the options. `values` are the options that take the next word. */
export function operands(args: readonly string[], values: ReadonlySet<string> = none): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--') return [...found, ...args.slice(at + 1)];
    if (!word.startsWith('-') || word === '-') found.push(word);
    else if (values.has(word)) at += 1;
  }
  return found;
}

/** The words from the first that is no option on: the command of a wrapper. */
export function afterOptions(args: readonly string[], values: ReadonlySet<string> = none): readonly string[] {
  let at = 0;
  while (at < args.length) {
    const word = args[at] ?? '';
    if (word === '--') return args.slice(at + 1);
    if (!word.startsWith('-') || word.length < 2) break;
    at += values.has(word) ? 2 : 1;
  }
  return args.slice(at);
}

/** The value of an option: `-o x`, `-ox`, `-so x`, `--output x`, `--output=x`. */
export function optionValue(args: readonly string[], short: string, long = ''): string | undefined {
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (long !== '' && word === `--${long}`) return args[at + 1] ?? '';
    if (long !== '' && word.startsWith(`--${long}=`)) return word.slice(long.length + 3);
    if (word.startsWith('--') || !word.startsWith('-') || short === '') continue;
    const place = word.indexOf(short, 1);
    if (place < 0 || !/^[A-Za-z0-9]*$/.test(word.slice(1, place))) continue;
    return place === word.length - 1 ? (args[at + 1] ?? '') : word.slice(place + 1);
  }
  return undefined;
}

export const hasFlag = (args: readonly string[], short: string, long = ''): boolean =>
  args.some(
    (word) =>
      (long !== '' && (word === `--${long}` || word.startsWith(`--${long}=`))) ||
      (/^-[A-Za-z0-9]+$/.test(word) && word.includes(short)),
  );

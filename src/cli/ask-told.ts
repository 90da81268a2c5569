/**
 * The questions after a verdict: when it appeared, was discovered and handled, and how the network is cut.
 *
 * Each is skipped with Enter; a bad answer is told what is wrong with it and gets a second try. Whoever ends the asking
 * (Ctrl-C, end of input) keeps what was answered before.
 */
import { createInterface, type Interface } from 'node:readline';
import type { Language } from '../messages/catalogue.ts';
import { messagesFor } from '../messages/index.ts';
import { DemineError } from '../model/error.ts';
import { isAnythingTold, nothingTold, type Told, toldMoments } from '../model/told.ts';
import { errorLines } from '../report/error-lines.ts';
import { wrap } from '../report/width.ts';
import { errorWords } from './error-words.ts';
import { pastTime } from './time-argument.ts';
import { checkOrder, networkFrom } from './told-answers.ts';

/** Whoever is asked. */
export interface Asked {
  /** The answer; undefined where nobody answers any more. */
  answer(question: string): Promise<string | undefined>;
  tell(text: string): void;
}

const tries = 2;
const narrowest = 40;
/** Longer than any path or time: what is pasted by mistake is cut before it is looked at. */
const longestAnswer = 4_096;

/** A terminal that does not know its size says zero. */
const columns = (): number => Math.max(narrowest, process.stderr.columns || 80);

/** Thrown where nobody answers any more. */
class Ended extends Error {}

/** @returns what `read` made of the answer; undefined where it was skipped, or wrong as often as it may be */
async function askOne<T>(
  asked: Asked,
  question: string,
  language: Language,
  read: (text: string) => T,
): Promise<T | undefined> {
  for (let left = tries; left > 0; left -= 1) {
    const answer = await asked.answer(question);
    if (answer === undefined) throw new Ended();
    const text = answer.trim().slice(0, longestAnswer);
    if (text === '') return undefined;
    try {
      return read(text);
    } catch (thrown) {
      if (!(thrown instanceof DemineError)) throw thrown;
      const { what, next, detail } = errorWords(thrown, language);
      const { again, skipped } = messagesFor(language).cli.ask;
      const then = left > 1 ? again : skipped;
      // The advice of a command line does not help here.
      if (thrown.code === 'usage') asked.tell(errorLines(detail, then, columns()));
      else asked.tell(`${errorLines(what, next, columns())}        ${then}\n`);
    }
  }
  return undefined;
}

/** @returns what was told; undefined where nothing was */
export async function askTold(asked: Asked, language: Language, nowUs: number): Promise<Told | undefined> {
  const texts = messagesFor(language).cli.ask;
  let told: Told = nothingTold;
  asked.tell(`\n${wrap(texts.head, columns()).join('\n')}\n`);
  try {
    for (const moment of toldMoments) {
      const answered = await askOne(asked, texts.questions[moment], language, (text) => {
        const next: Told = { ...told, [moment]: pastTime(texts.names[moment], text, nowUs) };
        checkOrder(next, texts.names);
        return next;
      });
      told = answered ?? told;
    }
    const network = await askOne(asked, texts.questions.network, language, networkFrom);
    if (network !== undefined) told = { ...told, network };
  } catch (thrown) {
    if (!(thrown instanceof Ended)) throw thrown;
  }
  return isAnythingTold(told) ? told : undefined;
}

/** The person at the terminal. Questions go to standard error: what is on standard output may be kept. */
export class Person implements Asked {
  readonly #lines: Interface;
  #waiting: ((answer: string | undefined) => void) | undefined;
  #gone = false;

  constructor() {
    this.#lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
    this.#lines.on('SIGINT', () => this.#lines.close());
    this.#lines.on('close', () => {
      this.#gone = true;
      this.#settle(undefined);
    });
  }

  answer(question: string): Promise<string | undefined> {
    if (this.#gone) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#lines.question(question, (answer) => this.#settle(answer));
    });
  }

  tell(text: string): void {
    process.stderr.write(text);
  }

  /** The terminal is as it was. */
  leave(): void {
    // Whoever left in the middle of a line gets the next one for what follows.
    if (this.#gone) process.stderr.write('\n');
    else this.#lines.close();
    process.stdin.pause();
  }

  #settle(answer: string | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(answer);
  }
}

/** Somebody sits there, reads what is written and can answer. */
export const isSomebodyThere = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

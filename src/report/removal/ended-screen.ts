/** How steps ended, one after the other as they end, and what to do next. */
import type { Language } from '../../messages/catalogue.ts';
import type { Note, Stop } from '../../model/ledger.ts';
import type { Step } from '../../model/plan.ts';
import { span } from '../line.ts';
import { padEnd } from '../width.ts';
import { RemovalScreen, type ShownState } from './plan-screen.ts';

/** What a step ended as; the words of `respond/execute`. */
export interface ShownEnd {
  readonly step: Step;
  readonly state: Exclude<ShownState, 'open' | 'begun'>;
  readonly notes: readonly Note[];
  readonly stop?: Stop;
  readonly recovered: boolean;
}

const columns = 10;
const styles = {
  done: 'green',
  undone: 'green',
  'by-hand': 'cyan',
  stopped: 'red',
} as const satisfies Record<ShownEnd['state'], string>;

export class EndedScreen {
  readonly #screen: RemovalScreen;

  constructor(view: { readonly width: number; readonly color: boolean; readonly language: Language }) {
    this.#screen = new RemovalScreen(view);
  }

  end({ step, state, notes, stop, recovered }: ShownEnd): string {
    const { texts } = this.#screen;
    const lead = ' '.repeat(columns);
    const lines = [
      ...this.#screen.item(
        [span(padEnd(texts.states[state], columns), styles[state]), span(`${step.id} `, 'bold')],
        columns + step.id.length + 1,
        this.#screen.whatOf(step),
      ),
      ...(recovered ? this.#screen.wrapped(texts.ended.recovered, lead, 'dim') : []),
      ...notes.flatMap(({ part, detail }) =>
        this.#screen.wrapped(texts.notes[part]({ detail }), lead, 'yellow'),
      ),
    ];
    if (stop !== undefined) lines.push(...this.#screen.stop(stop, lead));
    // What people do is told with how: nothing else is done for it.
    if (state === 'by-hand') lines.push(...this.#screen.diffOf(step));
    return lines.join('\n');
  }

  words(texts: readonly string[]): string {
    return texts.flatMap((text) => this.#screen.wrapped(text, '')).join('\n');
  }
}

/** A statement as one self-contained page: opens from a disk, loads nothing, runs nothing, under the policy of the report. */
import { createHash } from 'node:crypto';
import type { Language } from '../../messages/catalogue.ts';
import type { Outcome, StatementFile, StepStanding, ThingState } from '../../model/statement.ts';
import { doorsHtml } from '../door/door-page.ts';
import { html, type Raw, trusted } from '../escape.ts';
import { code, fact, section, table, tag, words } from '../page/parts.ts';
import { styleSheet } from '../page/style.ts';
import { coverageText, inBrackets, secondOf } from '../texts.ts';
import { inGroups, refusalText, statementTexts, stepText, tallyOf, timeText } from './texts.ts';

const styleHash = createHash('sha256').update(styleSheet).digest('base64');
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

/** Rows of one table; all are in statement.json. */
const mostRows = 500;

const tones: Readonly<Record<Outcome, string>> = {
  clean: 'clean',
  'still-there': 'suspicious',
  'came-back': 'mining',
  inconclusive: 'inconclusive',
};
/** Drawn, so that the answer is not told by colour alone. */
const signs: Readonly<Record<Outcome, string>> = {
  clean: 'M4 12.5l5.2 5.2L20 6.8',
  'still-there': 'M12 3.5v11M12 19.4v.2',
  'came-back': 'M5.5 5.5l13 13M18.5 5.5l-13 13',
  inconclusive: 'M7.5 8.2a4.6 4.6 0 1 1 6.6 4.1c-1.5.8-2.1 1.5-2.1 3.1M12 19.9v.1',
};
type Tone = 'red' | 'amber' | 'green' | 'blue' | 'plain';
const thingTones: Readonly<Record<ThingState, Tone>> = {
  gone: 'green',
  'still-there': 'amber',
  'came-back': 'red',
  new: 'red',
  harmless: 'blue',
  'not-checked': 'amber',
};
const standingTones: Readonly<Record<StepStanding, Tone>> = {
  holds: 'green',
  returned: 'red',
  changed: 'amber',
  replaced: 'green',
  past: 'plain',
  'by-hand': 'blue',
  open: 'amber',
  stopped: 'red',
  undone: 'amber',
  'not-checked': 'amber',
};

class StatementPage {
  readonly #file: StatementFile;
  readonly #language: Language;

  constructor(file: StatementFile, language: Language) {
    this.#file = file;
    this.#language = language;
  }

  get #texts() {
    return statementTexts(this.#language);
  }

  #limited<T>(rows: readonly T[], render: (shown: readonly T[]) => Raw): Raw {
    const rest = rows.length - mostRows;
    const more = rest > 0 ? html`<p class="note">${this.#texts.more({ count: rest })}</p>` : html``;
    return html`${render(rows.slice(0, mostRows))}${more}`;
  }

  answer(): Raw {
    const { conclusion, subject, made, look, checked, notChecked } = this.#file.statement;
    const { signature } = this.#file;
    const texts = this.#texts;
    const { outcome } = conclusion;
    const isOne = outcome === 'clean' && conclusion.reasons.some(({ id }) => id === 'one-look');
    const state = [
      ...(subject.kind === 'folder' ? [texts.folder] : []),
      ...(subject.rebooted ? [texts.rebooted] : []),
    ].join(' · ');
    const drawn = trusted(
      `<svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round"><path d="${signs[outcome]}"/></svg>`,
    );
    return html`<section id="answer" class="answer ${tones[outcome]}">
<h1>${drawn}<span>${texts.outcomes[outcome].head}</span></h1>
<p>${texts.outcomes[outcome].text}${isOne ? html`<span class="note">${inBrackets(texts.oneLook, this.#language)}</span>` : html``}</p>
<dl class="key">
${fact(texts.labels.host, html`${words(subject.name)}<small>${state}</small>`)}
${fact(texts.labels.made, html`${timeText(made.time)}<small>${texts.number({ number: made.number })}</small>`)}
${fact(
  texts.labels.looked,
  html`${texts.checkedCount({ checked: checked.length, all: checked.length + notChecked.length })}<small>${secondOf(look.started)} – ${secondOf(look.finished).slice(11)} UTC</small>`,
)}
${fact(
  texts.headings.signature,
  signature === undefined
    ? texts.unsigned.unsigned
    : html`${signature.algorithm}<small>${inGroups(signature.fingerprint).slice(0, 17)} …</small>`,
)}
</dl></section>
`;
  }

  why(): Raw {
    const { reasons } = this.#file.statement.conclusion;
    const items = reasons.map(({ id, count }) => html`<li>${this.#texts.reasons[id]({ count })}</li>`);
    return html`<ul class="why">${items}</ul>`;
  }

  compared(): Raw {
    const texts = this.#texts;
    const { rows, left } = this.#file.statement.things;
    if (rows.length === 0) return html`<p>${texts.nothingCompared}</p>`;
    const tally = tallyOf(rows);
    const figures = table(
      texts.headings.compared,
      [
        { title: '' },
        ...tally.states.map((state) => ({ title: texts.states[state], kind: 'number' as const })),
      ],
      tally.rows.map(({ kind, counts }) => ({
        cells: [
          texts.kinds[kind],
          ...counts.map((count, at) =>
            count === 0 ? '·' : tag(String(count), thingTones[tally.states[at] ?? 'gone']),
          ),
        ],
      })),
    );
    const list = this.#limited(rows, (shown) =>
      table(
        texts.headings.compared,
        [
          { title: texts.labels.state, kind: 'tight' },
          { title: texts.labels.where, kind: 'medium' },
          { title: texts.labels.what, kind: 'long' },
        ],
        shown.map(({ state, kind, what, where, before, now }) => ({
          cells: [
            tag(texts.states[state], thingTones[state]),
            html`${where === undefined ? '' : code(where)} <small>${texts.kinds[kind]} ${[...new Set([before, now].filter((id) => id !== undefined))].join(' → ')}</small>`,
            kind === 'finding' ? words(what) : code(what),
          ],
        })),
      ),
    );
    return html`${figures}${list}${left > 0 ? html`<p class="note">${texts.more({ count: left })}</p>` : html``}`;
  }

  steps(): Raw {
    const texts = this.#texts;
    const { steps } = this.#file.statement;
    if (steps.length === 0) return html`<p>${texts.noPlan}</p>`;
    return this.#limited(steps, (shown) =>
      table(
        texts.headings.steps,
        [
          { title: texts.labels.state, kind: 'tight' },
          { title: texts.labels.step, kind: 'tight' },
          { title: texts.labels.what, kind: 'long' },
        ],
        shown.map((row) => ({
          cells: [
            tag(texts.standings[row.standing], standingTones[row.standing]),
            `${row.plan}/${row.id}`,
            words(stepText(row, this.#language)),
          ],
        })),
      ),
    );
  }

  notInPlan(): Raw {
    const texts = this.#texts;
    return this.#limited(this.#file.statement.notInPlan, (shown) =>
      table(
        texts.headings.notInPlan,
        [
          { title: texts.labels.name, kind: 'tight' },
          { title: texts.labels.where, kind: 'medium' },
          { title: texts.labels.reason, kind: 'long' },
        ],
        shown.map(({ subject, what, why }) => ({
          cells: [words(subject), code(what), refusalText(why, this.#language)],
        })),
      ),
    );
  }

  notChecked(): Raw {
    const texts = this.#texts;
    const { notChecked } = this.#file.statement;
    return table(
      texts.headings.notChecked,
      [
        { title: texts.labels.state, kind: 'tight' },
        { title: texts.labels.what, kind: 'medium' },
        { title: texts.labels.reason, kind: 'long' },
      ],
      notChecked.map((row) => ({
        cells: [
          html`${row.required ? tag(texts.required, 'amber') : ''} ${row.before ? tag(texts.before, 'amber') : ''}`,
          coverageText(row.id, this.#language),
          words(row.reason ?? ''),
        ],
      })),
    );
  }

  checked(): Raw {
    const { checked } = this.#file.statement;
    const items = checked.map((id) => html`<li>${coverageText(id, this.#language)}</li>`);
    return html`<ul class="why">${items}</ul>`;
  }

  schedule(): Raw {
    const texts = this.#texts;
    const { schedule } = this.#file.statement;
    if (schedule.length === 0) return html`<p>${texts.atRest}</p>`;
    return table(
      texts.headings.schedule,
      [
        { title: texts.labels.look, kind: 'medium' },
        { title: texts.labels.state, kind: 'tight' },
        { title: texts.labels.due, kind: 'long' },
      ],
      schedule.map(({ when, due, look }) => ({
        cells: [
          texts.lookTimes[when],
          look === undefined ? tag(texts.open, 'plain') : tag(texts.madeAt({ number: look }), 'green'),
          due === undefined ? '' : timeText(due),
        ],
      })),
    );
  }

  doors(): Raw {
    const { doors, subject } = this.#file.statement;
    return doorsHtml({ rows: doors.rows, asked: doors.asked || subject.kind === 'folder' }, this.#language);
  }

  looks(): Raw {
    const texts = this.#texts;
    return this.#limited(this.#file.statement.looks, (shown) =>
      table(
        texts.headings.looks,
        [
          { title: texts.labels.look, kind: 'tight' },
          { title: texts.labels.made, kind: 'tight' },
          { title: texts.labels.result, kind: 'medium' },
          { title: texts.labels.hash, kind: 'long' },
        ],
        shown.map(({ number, time, outcome, id }) => ({
          cells: [number, timeText(time), texts.outcomes[outcome].head, code(id)],
        })),
      ),
    );
  }

  covers(): Raw {
    const texts = this.#texts;
    const { case: held } = this.#file.statement;
    const head = (ledger: (typeof held)['ledger']): Raw =>
      ledger === 'broken'
        ? tag(texts.broken, 'red')
        : html`${code(ledger.head)} <small>${texts.entries({ count: ledger.entries })}</small>`;
    const rows = [
      [`${texts.labels.scan} ${held.scan.number}`, code(held.scan.result)],
      ...held.plans.flatMap(({ number, plan, ledger }) => [
        [
          `${texts.labels.plan} ${number}`,
          plan === 'broken' ? tag(texts.broken, 'red') : code(plan),
        ] as const,
        [`${texts.labels.ledger} ${number}`, head(ledger)] as const,
      ]),
      [texts.labels.ledger, head(held.ledger)],
      [held.name, code(held.sha256)],
    ] as const;
    return html`<p>${texts.coverOfSignature}</p>${table(
      texts.headings.case,
      [
        { title: texts.labels.name, kind: 'tight' },
        { title: texts.labels.hash, kind: 'long' },
      ],
      rows.map(([name, hash]) => ({ cells: [name, hash] })),
    )}`;
  }

  signature(): Raw {
    const texts = this.#texts;
    const { signature } = this.#file;
    if (signature === undefined) return html`<p>${texts.unsigned.unsigned}</p>`;
    return html`<dl class="facts">
${fact(texts.labels.fingerprint, code(inGroups(signature.fingerprint)), true)}
${fact(texts.labels.algorithm, signature.algorithm)}
${fact(texts.headings.signature, code(signature.value), true)}
</dl>`;
  }

  document(): string {
    const texts = this.#texts;
    const { statement } = this.#file;
    const { made, subject, notInPlan, notChecked, looks } = statement;
    const parts: readonly (readonly [keyof typeof texts.headings, Raw])[] = [
      ['why', this.why()],
      ['compared', this.compared()],
      ['steps', this.steps()],
      ...(notInPlan.length === 0 ? [] : [['notInPlan', this.notInPlan()] as const]),
      ...(notChecked.length === 0 ? [] : [['notChecked', this.notChecked()] as const]),
      ['checked', this.checked()],
      ...(statement.doors.looked ? [['doors', this.doors()] as const] : []),
      ['schedule', this.schedule()],
      ...(looks.length === 0 ? [] : [['looks', this.looks()] as const]),
      ['case', this.covers()],
      ['signature', this.signature()],
    ];
    return html`<!doctype html>
<html lang="${this.#language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${texts.title({ host: subject.name })}</title>
<style>${trusted(styleSheet)}</style>
</head>
<body>
<header><b>Demine</b><span>${texts.kind}</span><span>${words(subject.name)}</span></header>
<main>
${this.answer()}
${parts.map(([id, body]) => section(id, texts.headings[id], body))}
</main>
<footer><p>${texts.madeBy({ version: made.version, time: timeText(made.time) })}</p></footer>
</body>
</html>
`.toString();
  }
}

export const renderStatementPage = (file: StatementFile, language: Language): string =>
  new StatementPage(file, language).document();

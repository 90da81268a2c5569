/** Doors of a statement's page: one table a door, with the settings to copy. */
import type { Language } from '../../messages/catalogue.ts';
import type { Door, DoorMeasure, DoorState } from '../../model/door.ts';
import { html, type Raw } from '../escape.ts';
import { code, table, tag, words } from '../page/parts.ts';
import { incidentTexts } from '../texts.ts';
import { doorTexts, mostEvidence, placeOf, worstFirst } from './door-screen.ts';

const tones: Readonly<Record<DoorState, 'red' | 'green' | 'amber'>> = {
  open: 'red',
  closed: 'green',
  unknown: 'amber',
};

const lines = (texts: readonly string[]): readonly Raw[] =>
  texts.map((text) => html`<div>${code(text)}</div>`);

function measureCells(
  { id, subject, file, settings, commands, state, evidence }: DoorMeasure,
  language: Language,
) {
  const { measures, states, labels, colon } = doorTexts(language);
  const { title, text } = measures[id];
  const what = html`<div><b>${title}</b>${subject === '' ? '' : html`${colon}${words(subject)}`}</div>`;
  const seen = evidence
    .slice(0, mostEvidence)
    .map(
      (one) =>
        html`<div>${labels.seen}${colon}${words(one.text)} <small>${words(placeOf(one))}</small></div>`,
    );
  const todo = html`<div><small>${text}</small></div>
${file === undefined ? '' : html`<div>${labels.where}${colon}${code(file)}</div>`}${lines(settings)}
${commands.length === 0 ? '' : html`<div>${labels.run}${colon}</div>${lines(commands)}`}`;
  return { cells: [tag(states[state], tones[state]), html`${what}${seen}${state === 'closed' ? '' : todo}`] };
}

function doorHtml(door: Door, language: Language): Raw {
  const { doors, from, states, answers, labels, colon } = doorTexts(language);
  const name = doors[door.kind]({ service: door.service });
  const origin =
    door.from === 'exposure' || door.grade === undefined
      ? from.exposure
      : from['way-in']({ grade: incidentTexts(language).grades[door.grade] });
  const asked = door.asked.map(({ request, address, port, answer }) => {
    const at = `${address.includes(':') ? `[${address}]` : address}:${port}`;
    return html`<p>${labels.asked}${colon}${words(answers[answer]({ request, address: at }))}</p>`;
  });
  return html`<h3>${words(name)} ${tag(states[door.state], tones[door.state])}</h3>
<p><small>${origin}</small></p>
${asked}
${table(
  name,
  [
    { title: labels.state, kind: 'tight' },
    { title: labels.measure, kind: 'long' },
  ],
  worstFirst(door.measures).map((one) => measureCells(one, language)),
)}`;
}

export function doorsHtml(
  { rows, asked }: { readonly rows: readonly Door[]; readonly asked: boolean },
  language: Language,
): Raw {
  const { none, outro, labels } = doorTexts(language);
  if (rows.length === 0) return html`<p>${none}</p>`;
  return html`${worstFirst(rows).map((door) => doorHtml(door, language))}
<p class="note">${asked ? '' : labels.notAsked} ${outro}</p>`;
}

/** The summary of event logs as one self-contained page: loads nothing, runs nothing. */
import { createHash } from 'node:crypto';
import type { Language } from '../../messages/catalogue.ts';
import { html, type Raw, trusted } from '../escape.ts';
import { code, mostRows, type Row, section, table, words } from '../page/parts.ts';
import { styleSheet } from '../page/style.ts';
import { countText, secondOf } from '../timeline/texts.ts';
import { eventLogTexts, eventName, fileMarks, logonType, sizeText, type ToldSummary } from './texts.ts';

const styleHash = createHash('sha256').update(styleSheet).digest('base64');
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

export function eventLogPage({ summary, where, unread, version }: ToldSummary, language: Language): string {
  const texts = eventLogTexts(language);
  const { files, hosts, kinds, logons, events, firstUs, lastUs, leftOut } = summary;
  const { columns, headings } = texts;
  const size = sizeText(files.reduce((sum, file) => sum + file.bytes, 0));
  const counted = { title: columns.count, kind: 'number' } as const;
  const [first, last] = [
    { title: columns.first, kind: 'tight' },
    { title: columns.last, kind: 'tight' },
  ] as const;
  const spans = ({ firstUs: from, lastUs: to }: { firstUs: number; lastUs: number }): readonly string[] => [
    secondOf(from),
    secondOf(to),
  ];
  /** A table, and how many rows of it are not shown. */
  const part = (
    id: keyof typeof headings,
    list: Parameters<typeof table>[1],
    rows: readonly Row[],
    left = 0,
  ): Raw =>
    section(
      id,
      headings[id],
      html`${table(headings[id], list, rows.slice(0, mostRows))}${
        left > 0 ? html`<p class="note">${texts.leftOut({ count: countText(left) })}</p>` : html``
      }`,
    );
  const sections: readonly Raw[] = [
    part(
      'hosts',
      [counted, first, last, { title: columns.computer }],
      hosts.map((host) => ({ cells: [countText(host.count), ...spans(host), words(host.computer)] })),
      leftOut.hosts,
    ),
    ...(logons.length === 0
      ? []
      : [
          part(
            'logons',
            [
              counted,
              { title: columns.outcome, kind: 'tight' },
              { title: columns.user, kind: 'medium' },
              { title: columns.from },
              { title: columns.computer, kind: 'medium' },
              { title: `${columns.first}, ${columns.last}`, kind: 'tight' },
            ],
            logons.map((logon) => {
              const type = logonType(logon, texts);
              return {
                cells: [
                  countText(logon.count),
                  html`${texts.outcomes[logon.outcome]}${type === '' ? html`` : html`<br><small>${type}</small>`}`,
                  logon.user === '' ? texts.nobody : code(logon.user),
                  logon.from === '' ? texts.nowhere : code(logon.from),
                  words(logon.computer),
                  html`${secondOf(logon.firstUs)}<br>${secondOf(logon.lastUs)}`,
                ],
              };
            }),
            leftOut.logons,
          ),
        ]),
    part(
      'kinds',
      [
        counted,
        { title: columns.event, kind: 'number' },
        { title: columns.channel, kind: 'medium' },
        first,
        last,
      ],
      kinds.map((kind) => {
        const name = eventName(kind, texts);
        return {
          cells: [
            countText(kind.count),
            String(kind.eventId),
            html`${name === '' ? html`` : html`<b>${name}</b><br>`}${words(kind.channel)}<br><small>${words(kind.provider)}</small>`,
            ...spans(kind),
          ],
        };
      }),
      leftOut.kinds,
    ),
    part(
      'files',
      [
        { title: columns.records, kind: 'number' },
        { title: columns.file, kind: 'long' },
        { title: columns.marks, kind: 'long' },
      ],
      files.map((file) => ({
        cells: [
          countText(file.records),
          code(file.path),
          fileMarks(file, texts).map((mark) => html`${mark}<br>`),
        ],
      })),
    ),
  ];
  const reach =
    firstUs === undefined || lastUs === undefined
      ? texts.noEvents
      : texts.span({ from: secondOf(firstUs), to: secondOf(lastUs) });
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${texts.title}</title>
<style>${trusted(styleSheet)}</style>
</head>
<body>
<header><b>Demine</b><span>${texts.kind}</span><span>${texts.utc}</span></header>
<main>
<div class="answer inconclusive"><h1>${texts.title}</h1>
<p>${texts.head({ files: countText(files.length), size, events: countText(events) })}</p>
<p>${reach}</p>
${where === undefined ? html`` : html`<p>${texts.where({ expression: '' })}${code(where)}</p>`}
${unread.map(({ path, reason }) => html`<p>${code(path)} ${texts.marks.unread({ reason })}</p>`)}</div>
${sections}
</main>
<footer><p>${texts.madeBy({ version })}</p></footer>
</body>
</html>
`.toString();
}

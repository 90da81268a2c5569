/** The rest of the page, as tables: processes, connections, exposure, what was checked, what was read. */
import type { ResultProcess, ResultSocket } from '../../model/result.ts';
import { type HtmlValue, html, type Raw } from '../escape.ts';
import { hiddenFrom, isInteresting, isListener } from '../socket-view.ts';
import { coverageText, minuteOf, percentText, terminalTexts, withPercent } from '../texts.ts';
import {
  code,
  containerText,
  fact,
  findingLink,
  folded,
  judgementTag,
  mostRows,
  type Page,
  processLink,
  type Row,
  refs,
  riskTag,
  table,
  tag,
  words,
} from './parts.ts';

export function processes(page: Page): Raw {
  const { texts, result, rows } = page;
  const { first, programs, threads } = rows;
  const all = result.processes.length;
  return html`<p class="note">${texts.page.processesNote({ all, shown: first.length })}</p>
${first.length === 0 ? html`` : processTable(page, first)}
${programs.length === 0 ? html`` : folded(texts.page.moreProcesses({ count: programs.length }), processTable(page, programs))}
${threads.length === 0 ? html`` : folded(texts.page.moreKernelThreads({ count: threads.length }), processTable(page, threads))}`;
}

function processTable(page: Page, rows: readonly ResultProcess[]): Raw {
  const { labels } = page.texts.page;
  return limited(page, rows, (shown) =>
    table(
      page.texts.page.headings.processes,
      [
        { title: labels.pid, kind: 'number' },
        { title: labels.judgement },
        { title: labels.process, kind: 'long' },
        { title: labels.cpu, kind: 'number' },
        { title: labels.memory, kind: 'number' },
        { title: labels.user },
        { title: labels.started },
        { title: labels.container },
        { title: labels.parent, kind: 'number' },
      ],
      shown.map((row) => processRow(page, row)),
    ),
  );
}

function processRow(page: Page, row: ResultProcess): Row {
  const { texts } = page;
  const deleted = row.deleted === true ? html` ${tag(texts.deleted, 'amber')}` : html``;
  const exe = row.exe === undefined ? html`` : html`<br>${code(row.exe)}${deleted}`;
  const command =
    row.commandLine === '' ? html`` : html`<br><span class="note">${code(row.commandLine)}</span>`;
  const now = row.cpu === undefined ? '' : withPercent(percentText(row.cpu), page.language);
  return {
    id: `p${row.pid}`,
    cells: [
      row.pid,
      html`${judgementTag(page, row.judgement)}${refs(row.findings.map(findingLink))}`,
      html`<b>${words(row.name)}</b>${exe}${command}`,
      html`${now}<br><small>${texts.duration({ seconds: row.cpuTotal })}</small>`,
      row.rss === 0 ? '' : texts.bytes({ bytes: row.rss }),
      words(row.user),
      minuteOf(row.startTime),
      row.container === undefined ? words(row.unit ?? '') : words(containerText(row.container)),
      row.ppid === 0 ? '0' : processLink(page, row.ppid),
    ],
  };
}

export function sockets(page: Page): Raw {
  const { result, texts } = page;
  const suspects = new Set(
    result.processes.filter((row) => ['mining', 'suspicious'].includes(row.judgement)).map((row) => row.pid),
  );
  const first = result.sockets.filter((socket) => isInteresting(socket, suspects));
  const shown = new Set(first);
  const rest = result.sockets.filter((socket) => !shown.has(socket));
  const rank = (socket: ResultSocket): number => {
    if (hiddenFrom(socket).length > 0) return 0;
    if (socket.pids.some((pid) => suspects.has(pid))) return 1;
    return isListener(socket) ? 2 : 3;
  };
  return html`${socketTable(
    page,
    first.toSorted((a, b) => rank(a) - rank(b)),
  )}
${rest.length === 0 ? html`` : folded(texts.page.moreSockets({ count: rest.length }), socketTable(page, rest))}`;
}

function socketTable(page: Page, rows: readonly ResultSocket[]): Raw {
  const { labels } = page.texts.page;
  const { network } = terminalTexts(page.language);
  const views: Readonly<Record<string, string>> = network.views;
  return limited(page, rows, (shown) =>
    table(
      page.texts.page.headings.sockets,
      [
        { title: labels.state, kind: 'tight' },
        { title: labels.local },
        { title: labels.remote },
        { title: labels.process },
        { title: labels.seenBy },
      ],
      shown.map((socket) => ({
        cells: [
          html`${socket.transport} ${network.states[socket.state] ?? socket.state}${
            hiddenFrom(socket).length > 0 ? html` ${tag(page.texts.hidden, 'red')}` : html``
          }`,
          code(socket.local),
          isListener(socket) ? '' : code(socket.remote),
          owners(page, socket),
          socket.seenBy.map((view) => views[view] ?? view).join(page.texts.page.comma),
        ],
      })),
    ),
  );
}

function owners(page: Page, socket: ResultSocket): readonly HtmlValue[] {
  return socket.pids.slice(0, 5).map((pid, index) => {
    const name = page.rows.shown.get(pid)?.name ?? '';
    return html`${index > 0 ? ', ' : ''}${processLink(page, pid)} ${words(name)}`;
  });
}

export function exposure(page: Page): Raw {
  const { labels } = page.texts.page;
  const { exposure: rows } = page.result;
  if (rows.length === 0) return html`<p>${page.texts.page.noExposure}</p>`;
  const order = ['high', 'medium', 'low'];
  return table(
    page.texts.page.headings.exposure,
    [
      { title: labels.risk, kind: 'tight' },
      { title: labels.service },
      { title: labels.address },
      { title: labels.reach },
      { title: labels.process },
    ],
    rows
      .toSorted((a, b) => order.indexOf(a.risk) - order.indexOf(b.risk))
      .map((row) => ({
        cells: [
          riskTag(page, row.risk),
          words(row.service),
          code(
            `${row.address.includes(':') ? `[${row.address}]` : row.address}:${row.port}/${row.transport}`,
          ),
          page.texts.reach[row.reach],
          row.pid === undefined ? '' : html`${processLink(page, row.pid)} ${words(row.process ?? '')}`,
        ],
      })),
  );
}

/** What was checked and what was not, with the reason. */
export function coverage(page: Page): Raw {
  const { texts, result } = page;
  const { labels } = texts.page;
  const rows = result.coverage.toSorted(
    (a, b) => Number(a.checked) - Number(b.checked) || Number(b.required) - Number(a.required),
  );
  const tone = (row: (typeof rows)[number]): 'green' | 'amber' | 'plain' => {
    if (row.checked) return 'green';
    return row.required ? 'amber' : 'plain';
  };
  return table(
    texts.page.headings.coverage,
    [
      { title: labels.status, kind: 'tight' },
      { title: labels.item, kind: 'medium' },
      { title: labels.reason, kind: 'long' },
    ],
    rows.map((row) => ({
      cells: [
        tag(row.checked ? texts.page.checked : texts.page.notChecked, tone(row)),
        coverageText(row.id, page.language),
        html`${words(row.reason ?? '')}${row.required ? html`` : html` <span class="note">${texts.page.optional}</span>`}`,
      ],
    })),
  );
}

export function sources(page: Page): Raw {
  const { texts, result } = page;
  const { labels } = texts.page;
  const groups = result.sources;
  const isWhole = ({ status }: (typeof groups)[number]): boolean => status === 'ok' || status === 'empty';
  const rowsOf = (list: typeof groups) =>
    list.flatMap(({ listed, artifact, status }) => listed.map((one) => ({ ...one, artifact, status })));
  const incomplete = rowsOf(groups.filter((group) => !isWhole(group)));
  const doubtful = rowsOf(groups.filter(({ status }) => status === 'ok'));
  const whole = groups.filter((group) => isWhole(group));
  const count = (list: typeof groups): number => list.reduce((sum, group) => sum + group.count, 0);
  const complete = count(whole);
  const listOf = (title: string, rows: typeof incomplete): Raw =>
    rows.length === 0
      ? html``
      : folded(
          title,
          limited(page, rows, (shown) =>
            table(
              texts.page.headings.sources,
              [
                { title: labels.source, kind: 'long' },
                { title: labels.artifact },
                { title: labels.status },
                { title: labels.reason, kind: 'long' },
              ],
              shown.map((row) => ({
                cells: [code(row.source), code(row.artifact), texts.status[row.status], words(row.reason)],
              })),
            ),
          ),
        );
  const listed = html`${listOf(texts.page.incompleteSources({ count: incomplete.length }), incomplete)}${listOf(texts.page.doubtfulSources({ count: doubtful.length }), doubtful)}`;
  const counts = folded(
    texts.page.readSources({ count: groups.length }),
    table(
      texts.page.headings.sources,
      [
        { title: labels.artifact },
        { title: labels.status },
        { title: labels.count, kind: 'number' },
        { title: labels.bytes, kind: 'number' },
      ],
      groups.map((group) => ({
        cells: [
          code(group.artifact),
          texts.status[group.status],
          group.count,
          texts.bytes({ bytes: group.bytes }),
        ],
      })),
    ),
  );
  return html`<p class="note">${texts.page.sourcesNote({ complete, incomplete: count(groups) - complete })}</p>
${listed}${counts}`;
}

export function excused(page: Page): Raw {
  const { labels } = page.texts.page;
  return table(
    page.texts.page.headings.excused,
    [
      { title: labels.finding, kind: 'long' },
      { title: labels.rule },
      { title: labels.place },
      { title: labels.reason, kind: 'long' },
    ],
    page.result.excused.map((row) => ({
      cells: [
        words(row.title),
        code(row.rule),
        html`${row.pid === undefined ? '' : processLink(page, row.pid)} ${row.path === undefined ? '' : code(row.path)}`,
        words(row.reason),
      ],
    })),
  );
}

export function recovered(page: Page): Raw {
  const { labels } = page.texts.page;
  return table(
    page.texts.page.headings.recovered,
    [
      { title: labels.pid, kind: 'number' },
      { title: labels.path, kind: 'long' },
      { title: labels.sha256, kind: 'long' },
    ],
    page.result.recovered.map((row) => ({
      cells: [processLink(page, row.pid), code(row.path), code(row.sha256)],
    })),
  );
}

/** Host, options and tool: what the next reader needs to judge the rest. */
export function about(page: Page): Raw {
  const { result, texts } = page;
  const { labels, optionNames } = texts.page;
  const { host, options, tool } = result;
  const chosen = [
    options.active ? optionNames.active : '',
    options.thorough ? optionNames.thorough : '',
    options.keepSecrets ? optionNames.keepSecrets : '',
  ].filter((text) => text !== '');
  const list = (items: readonly string[]): readonly HtmlValue[] =>
    items.map((item, index) => html`${index > 0 ? ' ' : ''}${code(item)}`);
  return html`<dl class="about">
${fact(labels.host, words(host.name))}
${fact(labels.os, words(host.os))}
${fact(labels.kernel, words(`${host.kernel} ${host.architecture}`))}
${fact(labels.cores, host.cores === 0 ? undefined : host.cores)}
${fact(labels.machineId, host.machineId === '' ? undefined : code(host.machineId))}
${fact(labels.bootId, host.bootId === '' ? undefined : code(host.bootId))}
${fact(labels.timeZone, host.timeZone === undefined ? undefined : words(host.timeZone))}
${fact(labels.bootTime, host.bootTime === undefined ? undefined : `${minuteOf(host.bootTime)} UTC`)}
${fact(labels.clockOffset, host.scope === 'files' ? undefined : `${host.clockOffset} ms`)}
${fact(labels.scope, texts.scope[host.scope])}
${fact(texts.page.privileges, host.privileged ? texts.privileged : texts.unprivileged)}
${fact(labels.target, words(options.target))}
${fact(labels.scanned, `${minuteOf(result.started)} – ${minuteOf(result.finished).slice(11)} UTC`)}
${fact(labels.interval, texts.duration({ seconds: options.interval }))}
${fact(labels.options, chosen.length === 0 ? undefined : chosen.join(', '))}
${fact(labels.seen, options.seen.length === 0 ? undefined : html`${list(options.seen)}`)}
${fact(labels.tool, `${tool.name} ${tool.version}, ${result.schema}`)}
</dl>`;
}

/** The first rows; how many there are more is said. */
function limited<T>(page: Page, rows: readonly T[], draw: (shown: readonly T[]) => Raw): Raw {
  const left = rows.length - mostRows;
  return html`${draw(rows.slice(0, mostRows))}${
    left > 0 ? html`<p class="note">${page.texts.page.moreRows({ count: left })}</p>` : html``
  }`;
}

import type { WatchTexts } from '../watch.ts';

const s = (count: number, word: string, many = `${word}s`): string => `${count} ${count === 1 ? word : many}`;

export const watch: WatchTexts = {
  title: ({ host, until, span }) => `Watching ${host} until ${until} (${span})`,
  resumed: ({ since }) => `This goes on with the watch that was begun at ${since}.`,
  labels: {
    places: 'places',
    processes: 'processes',
    waited: 'waited for',
    record: 'record',
    seen: 'seen as',
    by: 'by',
    program: 'program',
    under: 'started by',
    unit: 'unit',
    account: 'account',
    plan: 'plan',
    watched: 'watched',
    gaps: 'gaps',
    scans: 'scans',
    logins: 'logins',
    busy: 'busy',
    lost: 'lost',
  },
  places: ({ folders, withoutWriter, left }) =>
    `${s(folders, 'folder')} in which things start by themselves` +
    (withoutWriter === 0
      ? '; the kernel tells who writes'
      : withoutWriter >= folders
        ? '; this kernel does not tell who writes'
        : `; in ${withoutWriter} the kernel does not tell who writes`) +
    (left === 0 ? '' : `; ${left} more are left to scans`),
  noPlaces: 'events of files are refused here; scans and a comparison each minute are left',
  processes: {
    connector: 'each that starts or ends is told by the kernel; a listing every five seconds',
    programs: 'each program that is run is told by the kernel; a listing every five seconds',
    listing: 'a listing each second',
  },
  waited: ({ count }) =>
    `${s(count, 'file, line or program', 'files, lines and programs')} that were removed`,
  nothingRemoved: 'nothing was removed in this case yet: only what is new is told',
  record: ({ folder, size }) => `${folder}, at most ${size}`,
  seen: ({ name, pid }) => `${name} (${pid})`,
  logOut: ({ folder }) =>
    `You may log out: it goes on, and a miner that waits until nobody looks shows itself. Ctrl-C ends it; demine watch ${folder} --status tells how it stands.`,
  willRemove: ({ irreversible }) =>
    irreversible
      ? 'What comes back is removed by the rules of a plan, processes are ended.'
      : 'What comes back is removed by the rules of a plan; processes are held, not ended.',
  notRoot: 'Without root only your own processes are seen, and nobody is told who writes.',
  progress: ({ watched, span, returns }) =>
    `watched ${watched} of ${span}; ${returns === 0 ? 'nothing came back' : `${s(returns, 'thing')} came back`}`,
  returned: {
    file: ({ what }) => `${what} is there again; it had been taken away`,
    line: ({ what }) => `${what} has a line again that had been taken out`,
    program: ({ what }) => `${what} runs again`,
    entry: ({ what }) => `${what} starts something that no scan told of before`,
    miner: ({ what }) => `${what} mines`,
  },
  same: 'the same content',
  other: 'another content',
  times: ({ count }) => `${count} times`,
  noted: ({ text, notes }) => `${text} (${notes.join(', ')})`,
  comma: ', ',
  writer: {
    unknown: ({ pid }) =>
      pid === 0
        ? 'not known: nobody told who did it'
        : `process ${pid}, which was gone before it could be read`,
    process: ({ name, pid, path }) => `${name} (${pid}) ${path}`,
    ended: 'it has ended since',
    login: ({ uid }) => `begun from a login of uid ${uid}`,
    gone: 'program not known',
  },
  answer: {
    steps: ({ plan, steps }) => `plan ${plan} removes who did it: ${steps}`,
    noSteps: ({ plan }) => `plan ${plan} has no step for who did it`,
    left: ({ what }) => `only this speaks against ${what}: look at it yourself`,
    removed: {
      'not-asked': ({ folder }) => `see demine plan ${folder}, then demine clean ${folder} --yes`,
      done: ({ folder }) => `removed; demine undo ${folder} takes it back`,
      stopped: ({ folder }) => `not all of it was carried out; see demine clean ${folder}`,
    },
  },
  changed: ({ path, who }) => `${path} was written by ${who}`,
  somebody: 'somebody unknown',
  moreChanges: ({ count }) => `In this minute ${count} more were written; see the record.`,
  looked: ({ verdict, why }) => `scan ${why}: ${verdict}`,
  lookFailed: ({ reason }) => `a scan failed: ${reason}`,
  verdicts: { clean: 'clean', suspicious: 'suspicious', mining: 'mining', inconclusive: 'inconclusive' },
  why: {
    begin: 'at the beginning',
    schedule: 'as planned',
    change: 'after a change',
    return: 'after a return',
    cpu: 'of a busy program',
    gap: 'after a gap',
    end: 'at the end',
  },
  gap: ({ from, to, why }) => `Not watched from ${from} to ${to}: ${why}.`,
  gapWhy: {
    killed: 'the watch was killed',
    stopped: 'the watch was ended from outside',
    paused: 'the watch was held, or the machine slept',
    reboot: 'the machine was started anew',
    clock: 'the clock was set back',
  },
  overflow: 'More events than the kernel keeps: some were lost, and all that is waited for is compared.',
  outcome: {
    'stayed-away': ({ span }) => `Nothing came back in ${span}.`,
    'came-back': ({ count }) => `It came back: ${s(count, 'thing')}.`,
    'not-whole': () => 'Nothing came back while it was watched, but it was not watched the whole time.',
  },
  running: ({ until }) => `The watch runs, until ${until}.`,
  notRunning: 'The watch does not run: it was ended before its time.',
  soFar: ({ count }) =>
    count === 0 ? 'Nothing came back so far.' : `So far ${s(count, 'thing')} came back.`,
  watched: ({ watched, span }) => `${watched} of ${span}`,
  whole: 'none',
  gapsTold: ({ count, time }) => `${count}, ${time} in all`,
  scans: ({ count, failed, last }) =>
    `${count}${failed === 0 ? '' : `, of which ${failed} failed`}${last === '' ? '' : `; the last: ${last}`}`,
  logins: ({ count, now }) => `${count}, ${now} of them still logged in`,
  login: ({ user, line, from, begin, end }) =>
    `${user}${line === '' ? '' : ` on ${line}`}${from === '' ? '' : ` from ${from}`}, ${begin} to ${end}`,
  still: 'now',
  busy: ({ name, minutes, withLogin }) =>
    `${name}: half a core or more in ${s(minutes, 'minute')}, ${withLogin} of them with somebody logged in`,
  pauses: ({ name }) => `${name} works only while nobody is logged in: some miners do.`,
  lost: ({ overflows, unread }) =>
    [
      ...(overflows === 0 ? [] : [`events were lost ${s(overflows, 'time')}; all was compared then`]),
      ...(unread === 0 ? [] : [`${s(unread, 'writer')} had gone before they could be read`]),
    ].join('; '),
  next: {
    plan: ({ folder }) => `What to remove: demine plan ${folder}`,
    again: ({ folder }) => `Watch again once it is removed: demine watch ${folder} --for 24h`,
    goOn: ({ folder }) => `Go on with it: demine watch ${folder}`,
    more: ({ count }) => `… and ${count} more`,
  },
  starter: {
    shown: 'To go on after a start of this machine, this is written:',
    remove: 'It is taken away at the end, by --stop, and by demine undo.',
    yes: ({ command }) => `Nothing was written. To do it: ${command}`,
    added: ({ path }) => `written: ${path}`,
    removed: ({ path }) => `taken away: ${path}`,
    stays: ({ path }) => `stays, since somebody changed it: ${path}`,
  },
  stopped: 'The watch was ended.',
  stopping: 'The watch ends within seconds.',
  duration: ({ days, hours, minutes, seconds }) =>
    days > 0 || hours > 0 || minutes > 0
      ? [
          ...(days > 0 ? [`${days} d`] : []),
          ...(hours > 0 ? [`${hours} h`] : []),
          ...(minutes > 0 ? [`${minutes} min`] : []),
        ].join(' ')
      : `${seconds} s`,
};

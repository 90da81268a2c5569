import type { DrillTexts } from '../drill.ts';

export const drill: DrillTexts = {
  notice: [
    'This is an exercise. Demine starts harmless stand-ins that look like miners, scans them, and compares what it says with what it should say.',
    'Everything happens in private namespaces: processes, mounts and network of their own, without a way out. Nothing is downloaded, copied or installed, and nothing on this host is changed.',
    'Other security programs on this host may raise an alarm, because the stand-ins look like miners on purpose. Tell whoever watches them first.',
    'It takes about two minutes and one or two processor cores. Everything ends with this program, also when it is killed.',
  ],
  question: 'Start the drill? [y/N] ',
  yes: ['y', 'yes'],
  colon: ': ',
  comma: ', ',
  declined: 'Nothing was started.',
  notATerminal: 'There is no terminal to ask on. Say yes beforehand with: demine drill --yes',
  listHeading: 'Scenarios, each with a twin that must stay clean:',
  scenarios: {
    'randomx-fast': {
      infected: 'RandomX in fast mode, started from a folder of its own',
      twin: 'the same, declared by the owner in demine.yaml',
      lesson: 'Registers prove what is computed; only the owner can say that it is wanted.',
    },
    'randomx-renamed': {
      infected: 'RandomX in light mode under the name of a system service',
      twin: 'interval arithmetic, which also changes the rounding mode',
      lesson: 'A name is free to choose; the state of the processor is not.',
    },
    'randomx-deleted': {
      infected: 'RandomX whose program file was deleted',
      twin: 'a service whose file was replaced by an upgrade',
      lesson: 'A deleted program file is common after upgrades and says little alone.',
    },
    'randomx-covered': {
      infected: 'RandomX with an empty folder mounted over its entry in /proc',
      twin: 'a busy program, and an empty folder mounted elsewhere',
      lesson: 'What is hidden from one view still shows in another.',
    },
    'randomx-quota': {
      infected: 'RandomX held to 30 % of a core by a quota',
      twin: 'fast-math code held to the same quota',
      lesson: 'A miner that stays small is still a miner.',
    },
    'randomx-pulse': {
      infected: 'RandomX that is stopped and continued all the time',
      twin: 'a harmless program that is stopped and continued',
      lesson: 'A process that stands still now may compute a moment later.',
    },
    'memory-shape': {
      infected: 'the memory of a RandomX miner on a pinned thread',
      twin: 'the large heap and machine code of a Java program',
      lesson: 'Sizes follow from the algorithm; a large heap alone is ordinary.',
    },
    'pool-session': {
      infected: 'a busy client that logs in at a mining pool',
      twin: 'a busy client that asks a JSON-RPC service for work',
      lesson: 'The words on the wire decide, not the shape of the connection.',
    },
    'open-configuration': {
      infected: 'a busy program that holds the configuration of a miner open',
      twin: 'an editor in which somebody wrote down a wallet',
      lesson: 'A wallet in a text is a note; in a configuration of a busy program it is a payee.',
    },
    'kernel-name': {
      infected: 'a program that calls itself a kernel thread',
      twin: 'a busy program of a package under its own name',
      lesson: 'Kernel threads have no program file.',
    },
    preload: {
      infected: 'a busy program with the marks of a preload rootkit',
      twin: 'a busy program that preloads a library of a package',
      lesson: 'Preloading is an ordinary tool; what is preloaded matters.',
    },
    'blocked-names': {
      infected: '/etc/hosts that blocks the addresses of a security service',
      twin: '/etc/hosts with a block list against advertising',
      lesson: 'Whose names are blocked tells who did it.',
    },
  },
  baselineClean: 'The empty stage is clean.',
  baseline: ({ verdict, count }) =>
    `The empty stage is judged "${verdict}" with ${count} ${count === 1 ? 'alarm' : 'alarms'}: they come from this host itself and are not counted. Run "demine scan".`,
  playing: ({ number, of }) => `${number} of ${of}`,
  infected: 'infected',
  twin: 'twin',
  mustFind: 'found',
  mustStayClean: 'clean',
  verdicts: { clean: 'clean', suspicious: 'suspicious', mining: 'mining', inconclusive: 'inconclusive' },
  right: 'as expected',
  wrong: 'WRONG',
  notRun: 'not run',
  problems: {
    verdict: 'the verdict is another',
    rule: 'the finding that it is about is missing',
    alarm: 'false alarm',
  },
  needs: {
    randomx: 'librandomx.so.0 is not on this host (Debian: package librandomx0)',
    cpuHierarchy: 'this host lets nobody set a CPU quota',
  },
  columns: { scenario: 'Scenario', expected: 'Expected', got: 'Got', judged: 'Judged' },
  summary: ({ right, wrong, notRun }) => `${right} as expected, ${wrong} wrong, ${notRun} not run.`,
  ended: 'All stand-ins have ended; nothing of the drill is left on this host.',
  needsLinux: 'The drill runs on Linux.',
  needsRoot: {
    what: 'The drill needs private namespaces, and this user may not make them.',
    next: 'Run it as root: sudo demine drill',
  },
  unknownScenario: ({ name }) => `There is no scenario "${name}". See: demine drill --list`,
  broke: ({ code }) => `The stage ended early (${code}). What was played until then stands above.`,
};

/**
 * `linux.pm2`, `linux.jenkins`, `linux.airflow`: schedulers and process managers that keep jobs on the disk.
 *
 * Reads the dump of PM2 in every home, steps and start scripts of Jenkins, and the folder of Airflow's graphs. Why:
 * each is a way in (an open dashboard) and a guard at once, and runs as an account that responders forget. What it
 * is NOT: what the dashboards show. Sources: pm2 "Persistent applications" (dump.pm2); Jenkins: config.xml of jobs,
 * init.groovy.d; Airflow "DAG File Processing".
 */
import { quotedLine } from '../../../formats/shell-quoting.ts';
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, type Printable, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { bodyOf, endsIn, entry, filesIn, foldersIn, scriptEntry } from '../entry.ts';
import { homesOf } from '../homes.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';

const dump = printableText('.pm2/dump.pm2');
const dumpLimit = 8 << 20;
const mostApps = 500;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    // Cut or broken: PM2 itself would not start from it.
    return undefined;
  }
}

function pm2Apps(path: PathText, user: Printable, bytes: Uint8Array): readonly PersistenceFact[] {
  const apps = parsed(bytes);
  if (!Array.isArray(apps)) return [];
  return apps.slice(0, mostApps).flatMap((app: unknown) => {
    if (!isObject(app)) return [];
    const program = textOf(app['pm_exec_path']);
    if (program === '') return [];
    const args = Array.isArray(app['args']) ? quotedLine(app['args'].map(textOf)) : textOf(app['args']);
    const interpreter = textOf(app['exec_interpreter']);
    const runner = interpreter === '' || interpreter === 'none' ? '' : `${interpreter} `;
    const command = printableText(`${runner}${quotedLine([program])} ${args}`.trim());
    return [
      entry({
        source: { source: path },
        mechanism: 'pm2',
        user,
        trigger: phrase`boot`,
        command,
        ...(program.startsWith('/') ? { target: printableText(program) } : {}),
        marks: app['autorestart'] === false ? [] : ['restarts'],
        text: phrase`${printableText(textOf(app['name']))}: ${command}`,
      }),
    ];
  });
}

export const pm2: PersistenceArtifact = {
  id: 'linux.pm2',
  sources: [
    { kind: 'glob', path: `/home/*/${dump}`, live: false },
    { kind: 'file', path: '/etc/.pm2/dump.pm2', live: false },
  ],
  mechanisms: ['pm2'],
  order: 14,
  required: false,
  gather(context) {
    const places = [...homesOf(context.target), { path: printableText('/etc'), user: phrase`root` }];
    const facts = places.flatMap(({ path, user }) => {
      const file = joinPath(path, dump);
      if (context.target.readNow({ kind: 'stat', path: file }).status === 'absent') return [];
      return pm2Apps(file, user, readFileNow(context, 'linux.pm2', file, dumpLimit).bytes);
    });
    return Promise.resolve(facts);
  },
};

const jenkinsHomes = ['/var/lib/jenkins', '/var/jenkins_home', '/root/.jenkins'].map((path) =>
  printableText(path),
);
const configLimit = 2 << 20;
const mostJobs = 1_000;
const mostSteps = 50;

interface Step {
  readonly offset: number;
  readonly xml: string;
}

/** Contents of the elements that hold what a job runs; one that is not closed ends the search. */
function stepsOf(xml: string): readonly Step[] {
  const found: Step[] = [];
  const opening = /<(command|script|scriptSource)(?:\s[^>]{0,1024})?>/g;
  for (let match = opening.exec(xml); match !== null && found.length < mostSteps; match = opening.exec(xml)) {
    const offset = match.index + match[0].length;
    const end = xml.indexOf(`</${match[1]}>`, offset);
    if (end < 0) break;
    found.push({ offset, xml: xml.slice(offset, end) });
    opening.lastIndex = end;
  }
  return found;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
/** Predefined entities and numbers; anything else stays as it stands, and no other entity is ever resolved. */
const plainText = (xml: string): string =>
  xml.replace(
    /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code < 0x100 ? String.fromCharCode(code) : whole;
    },
  );

function jenkinsJob(context: ArtifactContext, path: PathText): readonly PersistenceFact[] {
  const { bytes } = readFileNow(context, 'linux.jenkins', path, configLimit);
  const xml = Buffer.from(bytes).toString('latin1');
  const spec = /<spec>([^<]{1,512})<\/spec>/.exec(xml)?.[1]?.trim() ?? '';
  const off = /<disabled>true<\/disabled>/.test(xml);
  return stepsOf(xml).map((step) => {
    const line = xml.slice(0, step.offset).split('\n').length;
    const text = plainText(step.xml);
    const body = bodyOf(Buffer.from(text, 'latin1')).map((one) => ({ ...one, line: one.line + line - 1 }));
    return entry({
      source: { source: path, line },
      mechanism: 'jenkins',
      user: phrase`jenkins`,
      trigger: printableLatin1(spec === '' ? 'build' : spec.replace(/\s+/g, ' ')),
      body,
      active: !off,
      text: body.find((one) => one.text.trim() !== '')?.text ?? path,
    });
  });
}

export const jenkins: PersistenceArtifact = {
  id: 'linux.jenkins',
  sources: jenkinsHomes.flatMap((home) => [
    { kind: 'glob' as const, path: `${home}/jobs/*/config.xml`, live: false },
    { kind: 'glob' as const, path: `${home}/init.groovy.d/*.groovy`, live: false },
  ]),
  mechanisms: ['jenkins'],
  order: 14,
  required: false,
  gather(context) {
    const facts = jenkinsHomes
      .filter((home) => context.target.readNow({ kind: 'stat', path: home }).status !== 'absent')
      .flatMap((home) => {
        const jobs = foldersIn(context, this.id, joinPath(home, printableText('jobs'))).slice(0, mostJobs);
        const hooks = [
          ...filesIn(context, this.id, joinPath(home, printableText('init.groovy.d'))).map(
            ({ path }) => path,
          ),
          joinPath(home, printableText('init.groovy')),
        ].filter((path) => context.target.readNow({ kind: 'stat', path }).status !== 'absent');
        return [
          ...jobs.flatMap(({ path }) => {
            const config = joinPath(path, printableText('config.xml'));
            return context.target.readNow({ kind: 'stat', path: config }).status === 'absent'
              ? []
              : jenkinsJob(context, config);
          }),
          ...hooks.flatMap(
            (path) =>
              scriptEntry(context, this.id, path, {
                mechanism: 'jenkins',
                user: phrase`jenkins`,
                trigger: phrase`start of Jenkins`,
              }) ?? [],
          ),
        ];
      });
    return Promise.resolve(facts);
  },
};

const graphFolders = [
  '/opt/airflow/dags',
  '/root/airflow/dags',
  '/usr/local/airflow/dags',
  '/var/lib/airflow/dags',
  '/srv/airflow/dags',
].map((path) => printableText(path));
const ofHome = printableText('airflow/dags');
const mostGraphs = 500;

export const airflow: PersistenceArtifact = {
  id: 'linux.airflow',
  sources: [...graphFolders, printableText(`/home/*/${ofHome}`)].map((path) => ({
    kind: 'glob',
    path: `${path}/*.py`,
    live: false,
  })),
  mechanisms: ['airflow'],
  order: 14,
  required: false,
  gather(context) {
    const homes = homesOf(context.target)
      .map(({ path }) => joinPath(path, ofHome))
      .filter((path) => context.target.readNow({ kind: 'stat', path }).status !== 'absent');
    const facts = [...new Set([...graphFolders, ...homes])]
      .flatMap((folder) => filesIn(context, this.id, folder, endsIn('.py')))
      .slice(0, mostGraphs)
      .flatMap(
        ({ path }) =>
          scriptEntry(context, this.id, path, {
            mechanism: 'airflow',
            user: phrase`airflow`,
            trigger: phrase`scheduler`,
            language: 'python',
          }) ?? [],
      );
    return Promise.resolve(facts);
  },
};

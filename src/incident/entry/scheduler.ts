/**
 * Schedulers that run whatever is submitted: YARN, Spark, Flink, Ray, XXL-JOB, Jenkins, Airflow, NiFi, Salt, and the
 * kernels of Jupyter. (What is posted to Jenkins' console stands in an access log: `web-exploit`.)
 *
 * What it is NOT: a job as such; running jobs is what they are for. `dr.who` is whom YARN books requests on that nobody
 * signed, and no owner submits so; everything else counts only where the attacker's trace follows it.
 * `/api/jobs` and `/api/kernels` may be any application's, so those count only where the service itself is here.
 * Source: knowledge on entry §5.2; hadoop RMAuditLogger.java; xxl-job ScriptJobHandler.java; Jenkins, Script Console;
 * Spark, REST Submission; Flink REST API (`/jars/upload`, `/jars/:jarid/run`); Ray Jobs REST API; Jupyter Server REST API;
 * NiFi REST API (ProcessGroupResource, ProcessorResource); Airflow REST API; Salt, cmdmod.
 */
import type { RequestEvent, ServiceEvent } from '../../model/facts/event.ts';
import { type Meaning, ServedWatcher, type ServedWay } from './served.ts';

const fetches = /\b(?:curl|wget|base64|busybox)\b|\/dev\/tcp\/|\bhttps?:\/\/(?:\d{1,3}\.){3}\d{1,3}/i;

/** A request that is answered well is a success, one that is refused an attempt. */
const posted =
  (path: RegExp) =>
  ({ target, method, status }: RequestEvent): Meaning | undefined => {
    if ((method !== 'POST' && method !== 'PUT') || !path.test(target)) return undefined;
    return status >= 200 && status < 400 ? 'success' : 'attempt';
  };

const yarn = ({ action, account, detail }: ServiceEvent): Meaning | undefined => {
  if (account === 'dr.who') return 'attack';
  return action === 'container-launched' ? (fetches.test(detail) ? 'success' : 'own') : undefined;
};

const spark = ({ action, detail }: ServiceEvent): Meaning | undefined => {
  if (action === 'driver' || action === 'driver-launched') return 'success';
  return action === 'driver-command' ? (fetches.test(detail) ? 'attack' : 'success') : undefined;
};

/** Whoever uploads a jar is not logged, and the job that comes of it is. */
const flink = ({ action }: ServiceEvent): Meaning | undefined => (action === 'job' ? 'success' : undefined);

const jupyter = ({ action, detail }: ServiceEvent): Meaning | undefined => {
  if (action === 'kernel' || action === 'terminal') return 'success';
  if (!/^POST \d{3} \/(?:\S{0,200}\/)?api\/(?:kernels|terminals|sessions)(?:[/?]|$)/.test(detail))
    return undefined;
  return action === 'request' ? 'success' : 'attempt';
};

const xxlJob = ({ action }: ServiceEvent): Meaning | undefined => {
  if (action === 'code-registered' || action === 'script') return 'success';
  return action === 'registered' ? 'own' : undefined;
};

const jenkins = ({ action, detail }: ServiceEvent): Meaning | undefined => {
  if (action === 'request-refused') return /^\/?(?:script|scriptText)\b/.test(detail) ? 'attempt' : undefined;
  if (action === 'script') return 'success';
  return action === 'built' ? 'own' : undefined;
};

const salt = ({ action, detail }: ServiceEvent): Meaning | undefined => {
  if (action !== 'executed' && action !== 'published') return undefined;
  return /^(?:cmd|cron|file|cp|pkg|state|module|runner|wheel)\./.test(detail) ? 'success' : 'own';
};

const ways: readonly ServedWay[] = [
  {
    vector: 'scheduler',
    service: 'yarn',
    meaning: yarn,
    request: posted(/^\/ws\/v1\/cluster\/apps(?:[/?]|$)/),
  },
  {
    vector: 'scheduler',
    service: 'spark',
    meaning: spark,
    request: posted(/^\/v1\/submissions\/create(?:[/?]|$)/),
  },
  {
    vector: 'scheduler',
    service: 'flink',
    meaning: flink,
    request: posted(/^\/(?:v1\/)?jars\/(?:upload|[^/?]{1,200}\/run)(?:[/?]|$)/),
  },
  {
    vector: 'scheduler',
    service: 'ray',
    request: posted(/^\/api\/(?:jobs|job_agent\/jobs)\/?(?:\?|$)/),
    common: true,
  },
  {
    vector: 'scheduler',
    service: 'jupyter',
    meaning: jupyter,
    request: posted(/^\/(?:[^?]{1,200}\/)?api\/(?:kernels|terminals)\/?(?:\?|$)/),
    common: true,
  },
  {
    vector: 'scheduler',
    service: 'nifi',
    request: posted(
      /^\/nifi-api\/(?:process-groups\/[^/?]{1,64}\/processors|processors\/[^/?]{1,64}(?:\/run-status)?)\/?(?:\?|$)/,
    ),
  },
  { vector: 'scheduler', service: 'xxl-job', meaning: xxlJob },
  {
    vector: 'scheduler',
    service: 'jenkins',
    meaning: jenkins,
  },
  {
    vector: 'scheduler',
    service: 'airflow',
    request: posted(
      /^\/(?:api\/v1\/dags\/[^/]{1,200}\/dagRuns|api\/experimental\/dags|admin\/airflow\/trigger)(?:[/?]|$)/,
    ),
  },
  { vector: 'scheduler', service: 'salt', meaning: salt, asRoot: true },
];

export const schedulerWatcher = (): ServedWatcher => new ServedWatcher(ways);

/**
 * Whose hand it is when a web service does something: the accounts that services run as, and their programs.
 *
 * What is dropped through a service belongs to its account, and what it starts has its program for a parent. Accounts
 * of people and root are nobody's here: root's file may come through any door.
 * Sources: Debian base-passwd (33 www-data), Fedora setup (48 apache), the packages and units of each service.
 */
import { baseName } from '../../model/text.ts';
import type { FirstTrace, Scene } from '../scene.ts';
import { earlierUs } from '../way-in.ts';
import type { Child, ChildProcesses, Service } from './child-processes.ts';

/** What runs the code that a request reaches. */
export type Runtime = 'php' | 'cgi' | 'java' | 'node' | 'iis' | 'any';

const servers =
  /^(?:www-data|apache|apache2|httpd|http|nginx|www|wwwrun|_www|web|webapp|daemon|nobody|lighttpd|lsadm|caddy|php-fpm|php|bitnami|33|48)$/;
const java =
  /^(?:tomcat\d*|jetty|confluence\d*|jira\d*|bamboo|bitbucket|solr|weblogic|oracle|bea|wildfly|jboss|jenkins|nexus|activemq|geoserver|elasticsearch|spark|hadoop|yarn|flink|nacos|nifi|ofbiz|openfire|horizon|zimbra|\w{3}adm)$/;
const node = /^(?:node|nodejs|nextjs|pm2|strapi|ghost)$/;
const iis = /(?:^|\\)(?:IUSR|NETWORK SERVICE|DefaultAppPool|\.NET v4\.5)$|^IIS APPPOOL\\/i;

const accounts: Readonly<Record<Runtime, readonly RegExp[]>> = {
  php: [servers],
  cgi: [servers],
  java: [java, servers],
  node: [node, servers],
  iis: [iis],
  any: [servers, java, node, iis],
};

const phpPrograms =
  /^(?:php(?:-fpm|-cgi)?[\d.]*|php-fpm[\d.]*|lsphp\d*|apache2|httpd|nginx|lighttpd|litespeed|openlitespeed)$/;
const javaPrograms = /^(?:java|jsvc|catalina\.sh)$/;
const nodePrograms = /^(?:node|nodejs|next-server|bun|deno)$/;
const iisPrograms = /^w3wp\.exe$/i;

const programs: Readonly<Record<Runtime, readonly RegExp[]>> = {
  php: [phpPrograms],
  cgi: [phpPrograms],
  java: [javaPrograms],
  node: [nodePrograms],
  iis: [iisPrograms],
  any: [phpPrograms, javaPrograms, nodePrograms, iisPrograms],
};

export const isAccountOf = (runtime: Runtime, account: string): boolean =>
  accounts[runtime].some((form) => form.test(account));

/** The trace is the service's own doing: by its owner, or by a miner of the same owner that the service started. */
export function isWorkOf(runtime: Runtime, trace: FirstTrace, { miners }: Scene): boolean {
  if (isAccountOf(runtime, trace.owner)) return true;
  return miners.some(
    ({ account, startUs, parents }) =>
      account === trace.owner &&
      startUs >= trace.us - earlierUs &&
      parents.some((parent) => programs[runtime].some((form) => form.test(baseName(parent)))),
  );
}

const services: Readonly<Record<Runtime, readonly Service[]>> = {
  php: ['php', 'iis'],
  cgi: ['php', 'iis'],
  java: ['java'],
  node: ['node', 'iis'],
  iis: ['iis'],
  any: ['iis', 'php', 'java', 'node'],
};
/** A request has its line when it is answered, and what it starts may take that long. */
const answeredUs = 60e6;
const startedUs = 120e6;

/** What the service started because of a request, as records of process creation tell; what it starts every day is left out. */
export const startedBy = (runtime: Runtime, requestUs: number, children: ChildProcesses): readonly Child[] =>
  children.between(requestUs - answeredUs, requestUs + startedUs, ...services[runtime]);

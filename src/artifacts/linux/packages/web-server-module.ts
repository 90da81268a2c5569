/**
 * `linux.web-server-module`: modules that web servers load, programs that they start, and code in their settings.
 *
 * Reads settings of Apache, nginx (also OpenResty, Tengine, BT's) and lighttpd, and what Apache's start script sources.
 * Why: a module runs inside the server with every request and opens no port of its own; a piped log is a process
 * that the server, as root, starts again whenever it ends. What it is NOT: a map of sites. A module's path is
 * resolved through the folder that the server calls `modules`. Bounds: 4,096 files of a folder, 4 MiB of each.
 * Sources: see `web-directives.ts`; Debian apache2 (mods-enabled, envvars), Red Hat httpd (conf.modules.d).
 */
import { printableLatin1 } from '../../../formats/text-lines.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { joinPath, type PathText, phrase, printableText } from '../../../model/text.ts';
import type { ArtifactContext } from '../../artifact.ts';
import { entry, filesIn, scriptEntry, settingsLimit } from '../entry.ts';
import type { PersistenceArtifact } from '../persistence-artifact.ts';
import { readFileNow } from '../reading.ts';
import { realPath } from '../real-path.ts';
import { readPhpSetting } from './php-settings.ts';
import {
  apacheDirectives,
  lighttpdDirectives,
  nginxDirectives,
  type WebDirective,
} from './web-directives.ts';

const id = 'linux.web-server-module';

interface Server {
  readonly folders: readonly PathText[];
  /** Where relative paths of modules begin. */
  readonly roots: readonly PathText[];
  readonly name: RegExp;
  readonly read: (bytes: Uint8Array) => readonly WebDirective[];
}

const paths = (list: string): readonly PathText[] => list.split(' ').map((path) => printableText(path));

const servers: readonly Server[] = [
  {
    folders: paths(
      '/etc/apache2 /etc/apache2/mods-enabled /etc/apache2/conf-enabled /etc/apache2/sites-enabled /etc/apache2/conf.d /etc/apache2/vhosts.d /etc/httpd/conf /etc/httpd/conf.d /etc/httpd/conf.modules.d /usr/local/apache2/conf /usr/local/apache2/conf/extra /usr/local/apache/conf /usr/local/apache/conf/vhost /www/server/apache/conf /www/server/apache/conf/extra /www/server/panel/vhost/apache /opt/lampp/etc /opt/lampp/etc/extra /etc/apache2/conf.d/modsec',
    ),
    roots: paths(
      '/etc/httpd /usr/lib/apache2 /usr/local/apache2 /usr/local/apache /www/server/apache /opt/lampp /etc/apache2',
    ),
    name: /\.(?:conf|load)$/,
    read: apacheDirectives,
  },
  {
    folders: paths(
      '/etc/nginx /etc/nginx/conf.d /etc/nginx/modules-enabled /etc/nginx/sites-enabled /etc/nginx/default.d /etc/nginx/snippets /etc/nginx/modules /etc/nginx/http.d /etc/nginx/stream.d /usr/share/nginx/modules /usr/local/nginx/conf /usr/local/nginx/conf/vhost /usr/local/nginx/conf/conf.d /usr/local/openresty/nginx/conf /usr/local/openresty/nginx/conf/conf.d /www/server/nginx/conf /www/server/panel/vhost/nginx /usr/local/tengine/conf /opt/nginx/conf',
    ),
    roots: paths(
      '/usr/share/nginx /usr/lib/nginx /usr/lib64/nginx /etc/nginx /usr/local/nginx /usr/local/openresty/nginx /www/server/nginx /usr/local/tengine /var/lib/nginx',
    ),
    name: /^(?!mime\.types$)(?:[\w.@+-]+\.conf|[\w.@-]*params|(?![\w.-]*\.(?:so|types|default|bak|dpkg-\w+)$)[\w.-]+)$/,
    read: nginxDirectives,
  },
  {
    folders: paths('/etc/lighttpd /etc/lighttpd/conf-enabled /etc/lighttpd/conf.d /usr/local/lighttpd/conf'),
    roots: [],
    name: /\.conf$/,
    read: lighttpdDirectives,
  },
];
const sourced = paths(
  '/etc/apache2/envvars /etc/sysconfig/httpd /usr/local/apache2/bin/envvars /etc/default/apache2',
);

class WebServers {
  readonly facts: PersistenceFact[] = [];
  readonly #context: ArtifactContext;

  constructor(context: ArtifactContext) {
    this.#context = context;
  }

  there(path: PathText): boolean {
    return this.#context.target.readNow({ kind: 'stat', path, follow: true }).status !== 'absent';
  }

  #pathOf(value: string, { roots }: Server): PathText | undefined {
    const path = printableLatin1(value.replace(/^["']|["']$/g, ''));
    if (path.includes('$') || path === '') return undefined;
    if (path.startsWith('/')) return realPath(this.#context.target, path);
    return roots
      .map((root) => joinPath(root, path))
      .filter((one) => this.there(one))
      .map((one) => realPath(this.#context.target, one))[0];
  }

  directive(path: PathText, server: Server, one: WebDirective): void {
    const { line, name, value, language, block, text } = one;
    const shown = printableLatin1(text.trim().slice(0, 8192));
    const given = { source: { source: path, line }, text: shown, trigger: printableLatin1(name) };
    if (one.php !== undefined) {
      const read = readPhpSetting(one.php.key, one.php.value);
      if (read === undefined) return;
      const { code, ...rest } = read;
      this.facts.push(entry({ ...given, mechanism: 'php-prepend', ...rest }));
      if (!code || read.target === undefined || !this.there(read.target)) return;
      const body = scriptEntry(this.#context, id, read.target, { mechanism: 'php-prepend', language: 'php' });
      if (body !== undefined) this.facts.push(body);
      return;
    }
    const target = one.path === undefined ? undefined : this.#pathOf(one.path, server);
    this.facts.push(
      entry({
        ...given,
        mechanism: 'web-server-module',
        command: printableLatin1(value),
        language,
        ...(target === undefined ? {} : { target }),
        body: (block ?? []).map((own) => ({
          line: own.line,
          text: printableLatin1(own.text.slice(0, 8192)),
        })),
      }),
    );
  }

  read(server: Server): void {
    const folders = server.folders.filter((folder) => this.there(folder));
    for (const folder of folders) {
      for (const { path } of filesIn(this.#context, id, folder, (name) => server.name.test(name))) {
        // Parsed before the next read, whose bytes take the place of these.
        const directives = server.read(readFileNow(this.#context, id, path, settingsLimit).bytes);
        for (const directive of directives) this.directive(path, server, directive);
      }
    }
  }
}

export const webServerModule: PersistenceArtifact = {
  id,
  sources: [
    ...servers.flatMap(({ folders }) =>
      folders.map((path) => ({ kind: 'glob' as const, path: `${path}/*`, live: false })),
    ),
    ...sourced.map((path) => ({ kind: 'file' as const, path, live: false })),
  ],
  mechanisms: ['web-server-module', 'php-prepend'],
  order: 13,
  required: false,
  gather(context) {
    const web = new WebServers(context);
    for (const server of servers) web.read(server);
    for (const path of sourced) {
      if (!web.there(path)) continue;
      const given = { mechanism: 'web-server-module', user: phrase`root`, trigger: phrase`start` } as const;
      const found = scriptEntry(context, id, path, { ...given, language: 'shell' });
      if (found !== undefined) web.facts.push(found);
    }
    return Promise.resolve(web.facts);
  },
};

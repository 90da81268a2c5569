/** Homes of people who work on a server, and what their tools hook into. */
import { inertProgram } from '../case.ts';
import type { LivedIn } from './lived-in.ts';

const ada = (content: string, mode = 0o644): { content: string; uid: number; gid: number; mode: number } => ({
  content,
  uid: 1000,
  gid: 1000,
  mode,
});

export const people: readonly LivedIn[] = [
  {
    what: 'nvm, conda, rustup, sdkman, pyenv and direnv in the startup files of a shell',
    reads: ['shell-rc', 'shell-profile'],
    planted: {
      '/home/ada/.bashrc': ada(`case $- in *i*) ;; *) return;; esac
HISTCONTROL=ignoreboth
shopt -s histappend
[ -x /usr/bin/lesspipe ] && eval "$(SHELL=/bin/sh lesspipe)"
if [ -x /usr/bin/dircolors ]; then
    test -r ~/.dircolors && eval "$(dircolors -b ~/.dircolors)" || eval "$(dircolors -b)"
fi
[ -f ~/.bash_aliases ] && . ~/.bash_aliases
export NVM_DIR="$HOME/.nvm"
[ -s "$NVM_DIR/nvm.sh" ] && \\. "$NVM_DIR/nvm.sh"  # This loads nvm
[ -s "$NVM_DIR/bash_completion" ] && \\. "$NVM_DIR/bash_completion"
# >>> conda initialize >>>
__conda_setup="$('/opt/miniconda3/bin/conda' 'shell.bash' 'hook' 2> /dev/null)"
if [ $? -eq 0 ]; then
    eval "$__conda_setup"
else
    if [ -f "/opt/miniconda3/etc/profile.d/conda.sh" ]; then
        . "/opt/miniconda3/etc/profile.d/conda.sh"
    else
        export PATH="/opt/miniconda3/bin:$PATH"
    fi
fi
unset __conda_setup
# <<< conda initialize <<<
export PYENV_ROOT="$HOME/.pyenv"
eval "$(pyenv init -)"
eval "$(direnv hook bash)"
eval "$(starship init bash)"
eval "$(ssh-agent -s)" > /dev/null
source <(kubectl completion bash)
. "$HOME/.cargo/env"
export SDKMAN_DIR="$HOME/.sdkman"
[[ -s "$HOME/.sdkman/bin/sdkman-init.sh" ]] && source "$HOME/.sdkman/bin/sdkman-init.sh"
[ -f ~/.fzf.bash ] && source ~/.fzf.bash
alias dc='docker compose'
alias myip='curl -s https://ip.example.com'
`),
      '/home/ada/.profile': ada(
        'if [ -n "$BASH_VERSION" ]; then\n  if [ -f "$HOME/.bashrc" ]; then . "$HOME/.bashrc"; fi\nfi\nif [ -d "$HOME/.local/bin" ] ; then PATH="$HOME/.local/bin:$PATH"; fi\n. "$HOME/.cargo/env"\n',
      ),
      '/home/ada/.cargo/env': ada(
        `case ":\${PATH}:" in *:"$HOME/.cargo/bin":*) ;; *) export PATH="$HOME/.cargo/bin:$PATH";; esac\n`,
      ),
      '/home/ada/.nvm/nvm.sh': ada('nvm() { curl -fsSL "$1" -o "$2"; }\n'),
      '/opt/miniconda3/bin/conda': '#!/opt/miniconda3/bin/python\nimport sys\n',
      '/opt/miniconda3/etc/profile.d/conda.sh': 'export CONDA_EXE=/opt/miniconda3/bin/conda\n',
      '/etc/profile.d/go.sh': 'export PATH=$PATH:/usr/local/go/bin\n',
      '/etc/environment':
        'PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\nhttp_proxy=http://192.0.2.3:3128\nJAVA_HOME=/opt/jdk-21\n',
      '/etc/profile.d/oracle.sh':
        'export ORACLE_HOME=/opt/oracle/instantclient_21_12\nexport LD_LIBRARY_PATH=$ORACLE_HOME:$LD_LIBRARY_PATH\nexport TNS_ADMIN=$ORACLE_HOME/network/admin\n',
      '/etc/ld.so.conf.d/oracle-instantclient.conf': '/opt/oracle/instantclient_21_12\n',
      '/opt/oracle/instantclient_21_12/libclntsh.so.21.1': inertProgram(),
    },
  },
  {
    what: 'oh-my-zsh with plugins and a theme, tmux, vim and git settings',
    reads: ['zsh-startup', 'git-setting'],
    planted: {
      '/home/ada/.zshrc': ada(
        `export ZSH="$HOME/.oh-my-zsh"\nZSH_THEME="powerlevel10k/powerlevel10k"\nplugins=(git docker kubectl zsh-autosuggestions)\nsource $ZSH/oh-my-zsh.sh\nif [[ -r "\${XDG_CACHE_HOME:-$HOME/.cache}/p10k-instant-prompt-\${(%):-%n}.zsh" ]]; then\n  source "\${XDG_CACHE_HOME:-$HOME/.cache}/p10k-instant-prompt-\${(%):-%n}.zsh"\nfi\n[[ ! -f ~/.p10k.zsh ]] || source ~/.p10k.zsh\neval "$(zoxide init zsh)"\neval "$(/home/linuxbrew/.linuxbrew/bin/brew shellenv)"\n`,
      ),
      '/home/ada/.oh-my-zsh/oh-my-zsh.sh': ada('for f in $ZSH/lib/*.zsh; do source $f; done\n'),
      '/home/ada/.oh-my-zsh/tools/upgrade.sh': ada(
        '#!/usr/bin/env zsh\ngit pull --rebase --stat origin master\n',
        0o755,
      ),
      '/home/ada/.p10k.zsh': ada('typeset -g POWERLEVEL9K_MODE=nerdfont-complete\n'),
      '/home/ada/.gitconfig': ada(
        '[user]\n\tname = Ada\n[core]\n\tpager = delta\n\teditor = vim\n\tfsmonitor = true\n[alias]\n\tlg = log --oneline --graph\n\tup = "!git fetch && git rebase origin/main"\n[filter "lfs"]\n\tclean = git-lfs clean -- %f\n\tsmudge = git-lfs smudge -- %f\n\tprocess = git-lfs filter-process\n[credential]\n\thelper = store\n[include]\n\tpath = ~/.gitconfig.work\n',
      ),
      '/home/ada/.gitconfig.work': ada('[core]\n\thooksPath = ~/.githooks\n'),
      '/home/ada/.githooks/pre-commit': ada('#!/bin/sh\nexec gitleaks protect --staged\n', 0o755),
      '/home/ada/.tmux.conf': ada("run '~/.tmux/plugins/tpm/tpm'\n"),
    },
  },
  {
    what: 'repositories with husky and pre-commit, virtual environments with .pth files, tasks of an editor',
    reads: ['git-hook', 'python-path-file', 'npm-hook'],
    planted: {
      '/home/ada/web/.git/config': ada(
        '[core]\n\trepositoryformatversion = 0\n\thooksPath = .husky/_\n[remote "origin"]\n\turl = git@git.example.com:shop/web.git\n',
      ),
      '/home/ada/web/.git/HEAD': ada('ref: refs/heads/main\n'),
      '/home/ada/web/.husky/pre-commit': ada('npx lint-staged\n', 0o755),
      '/home/ada/web/.husky/_/husky.sh': ada('#!/usr/bin/env sh\necho "husky - deprecated"\n'),
      '/home/ada/web/.husky/_/pre-commit': ada('#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n', 0o755),
      '/home/ada/web/.husky/_/h': ada(
        `#!/usr/bin/env sh\n[ "$HUSKY" = "2" ] && set -x\nn=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n[ ! -f "$s" ] && exit 0\nif [ -f "$HOME/.huskyrc" ]; then\n  echo "husky - '~/.huskyrc' is DEPRECATED"\nfi\ni="\${XDG_CONFIG_HOME:-$HOME/.config}/husky/init.sh"\n[ -f "$i" ] && . "$i"\n[ "\${HUSKY-}" = "0" ] && exit 0\nexport PATH="node_modules/.bin:$PATH"\nsh -e "$s" "$@"\nc=$?\nexit $c\n`,
        0o755,
      ),
      '/home/ada/web/package.json': ada(
        JSON.stringify({
          name: 'web',
          scripts: { prepare: 'husky', postinstall: 'patch-package', dev: 'next dev' },
        }),
      ),
      '/home/ada/web/.vscode/tasks.json': ada(
        JSON.stringify({
          version: '2.0.0',
          tasks: [{ label: 'dev', type: 'npm', script: 'dev', runOptions: { runOn: 'folderOpen' } }],
        }),
      ),
      '/home/ada/api/.git/HEAD': ada('ref: refs/heads/main\n'),
      '/home/ada/api/.git/config': ada('[core]\n\tbare = false\n'),
      '/home/ada/api/.git/hooks/pre-commit': ada(
        `#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n# ID: 138fd403232d2ddd5efb44317e38bf03\n\n# start templated\nINSTALL_PYTHON=/home/ada/api/.venv/bin/python3\nARGS=(hook-impl --config=.pre-commit-config.yaml --hook-type=pre-commit)\n# end templated\n\nHERE="$(cd "$(dirname "$0")" && pwd)"\nARGS+=(--hook-dir "$HERE" -- "$@")\n\nif [ -x "$INSTALL_PYTHON" ]; then\n    exec "$INSTALL_PYTHON" -mpre_commit "\${ARGS[@]}"\nelif command -v pre-commit > /dev/null; then\n    exec pre-commit "\${ARGS[@]}"\nelse\n    echo '\`pre-commit\` not found.' 1>&2\n    exit 1\nfi\n`,
        0o755,
      ),
      '/home/ada/api/.venv/bin/python3': { link: '/usr/bin/python3' },
      '/home/ada/api/.venv/pyvenv.cfg': ada('home = /usr/bin\nversion = 3.11.2\n'),
      '/home/ada/api/.venv/lib/python3.11/site-packages/_virtualenv.pth': ada('import _virtualenv'),
      '/home/ada/api/.venv/lib/python3.11/site-packages/_virtualenv.py': ada('import os, sys\n'),
      '/home/ada/api/.venv/lib/python3.11/site-packages/distutils-precedence.pth': ada(
        "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; enabled and __import__('_distutils_hack').add_shim(); ",
      ),
      '/home/ada/api/.venv/lib/python3.11/site-packages/__editable__.api-1.0.pth': ada('/home/ada/api/src\n'),
      '/usr/local/lib/python3.11/dist-packages/ddtrace.pth': 'import ddtrace.bootstrap.sitecustomize\n',
      '/usr/local/lib/python3.11/dist-packages/matplotlib-3.8-nspkg.pth':
        "import sys, types, os;has_mfs = sys.version_info > (3, 5);p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('mpl_toolkits',));importlib = has_mfs and __import__('importlib.util');has_mfs and __import__('importlib.machinery');m = has_mfs and sys.modules.setdefault('mpl_toolkits', importlib.util.module_from_spec(importlib.machinery.PathFinder.find_spec('mpl_toolkits', [os.path.dirname(p)])))\n",
      '/home/ada/.config/pip/pip.conf': ada('[global]\nindex-url = https://pypi.example.com/simple\n'),
      '/home/ada/.npmrc': ada('prefix=/home/ada/.npm-global\nregistry=https://registry.npmmirror.com\n'),
    },
  },
  {
    what: 'keys, sudo and user units of people; a rootless service that lingers; cron of a person',
    reads: ['ssh-authorized-key', 'systemd-user-unit', 'cron-user', 'sudo-rule'],
    planted: {
      '/home/ada/.ssh/authorized_keys': ada(
        'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8yQw1PqJx8Gf5tVb0cXw0nq0q1Zr0Yw3b2xJ7m6k4T ada@laptop\nrestrict,command="/usr/bin/rrsync -ro /srv" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8yQw1PqJx8Gf5tVb0cXw0nq0q1Zr0Yw3b2xJ7m6k4U backup@nas\n',
        0o600,
      ),
      '/etc/sudoers.d/ops': {
        content:
          '%sudo ALL=(ALL:ALL) NOPASSWD: ALL\nada ALL=(ALL) NOPASSWD: /usr/bin/systemctl restart shop\n',
        mode: 0o440,
      },
      '/home/ada/.config/systemd/user/syncthing.service': ada(
        '[Unit]\nDescription=Syncthing\n[Service]\nExecStart=%h/.local/bin/syncthing serve --no-browser\nRestart=on-failure\n[Install]\nWantedBy=default.target\n',
      ),
      '/home/ada/.config/systemd/user/default.target.wants/syncthing.service': {
        link: '/home/ada/.config/systemd/user/syncthing.service',
      },
      '/home/ada/.local/bin/syncthing': { content: inertProgram(), uid: 1000, gid: 1000 },
      '/var/lib/systemd/linger/ada': '',
      '/var/spool/cron/crontabs/ada': {
        content:
          '0 * * * * cd /home/ada/scraper && .venv/bin/python main.py >> /home/ada/scraper/log 2>&1\n*/20 * * * * $HOME/bin/mbsync-all\n@daily bash -lc "cd ~/notes && git add -A && git commit -qm auto && git push -q"\n',
        mode: 0o600,
        uid: 1000,
      },
      '/home/ada/bin/mbsync-all': ada('#!/bin/sh\nmbsync -a -q\n', 0o755),
    },
  },
];

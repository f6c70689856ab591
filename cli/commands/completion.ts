import { defineCommand } from '../command.ts';
import { SCRIPTS, SHELLS } from '../completion/scripts.ts';
import { chosenArgument } from '../values.ts';

export const command = defineCommand({
  about:
    'Completes commands, options, and names from the server. To switch it on:\n' +
    '  bash  source <(ironcore-backup completion bash)   in ~/.bashrc\n' +
    '  zsh   source <(ironcore-backup completion zsh)    in ~/.zshrc, after compinit\n' +
    '  fish  ironcore-backup completion fish > ~/.config/fish/completions/ironcore-backup.fish',
  examples: ['ironcore-backup completion bash'],
  arguments: { shell: chosenArgument('<shell>', SHELLS, 'Which shell') },
  async run({ terminal }, { shell }) {
    terminal.out(SCRIPTS[shell]);
  },
});

// Ways to hand over what is on the page.

import { markdown } from "../share/markdown";
import { command } from "../share/command";
import { pack } from "../share/link";
import { saveZip } from "../share/zip";
import { Icon } from "../icons";
import { files } from "../state/files";
import { options } from "../state/options";
import { checked } from "../state/report";
import { current } from "../state/saved";
import { tell } from "../state/view";
import { closeMenu, Menu } from "./menu";

export async function copy(text: string, told: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell(told);
  } catch {
    tell("The browser does not let this page write to the clipboard.", "fault");
  }
}

async function link(): Promise<void> {
  const fragment = await pack(current());
  history.replaceState(null, "", fragment);
  await copy(location.href, "Link copied. It holds everything on this page, and nothing was sent anywhere.");
}

export function Share() {
  const act = (run: () => unknown) => () => {
    closeMenu();
    void run();
  };
  return (
    <Menu name="Share" icon="share">
      <button class="row" onClick={act(link)}><Icon name="share" /><span><b>Copy link</b><small>Holds files, options and question</small></span></button>
      <button class="row" onClick={act(() => copy(markdown(files.value, checked.value?.report ?? null), "Markdown copied."))}>
        <Icon name="copy" /><span><b>Copy as Markdown</b><small>Files and findings, for an issue</small></span>
      </button>
      <button class="row" onClick={act(() => saveZip(files.value))}><Icon name="down" /><span><b>Save as ZIP</b><small>The files as they stand</small></span></button>
      <button class="row" onClick={act(() => copy(command(files.value, options.value), "Command copied."))}>
        <Icon name="paste" /><span><b>Copy CLI command</b><small>Gives the same answer in a terminal</small></span>
      </button>
    </Menu>
  );
}

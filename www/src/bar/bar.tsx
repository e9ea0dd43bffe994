// The bar at the top: who this is, and what can be done with the whole page.

import { Icon } from "../icons";
import { files } from "../state/files";
import { checked } from "../state/report";
import { reset } from "../state/saved";
import { isDark, theme } from "../state/theme";
import { ExamplesMenu } from "./examples";
import { OptionsMenu } from "./options";
import { Share } from "./share";

export function Bar() {
  const version = checked.value?.report.tool.version;
  const dark = isDark();
  return (
    <header class="bar">
      <h1>
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="9" fill="var(--accent)" />
          <circle cx="9.5" cy="16" r="3.5" fill="var(--on-accent)" />
          <circle cx="22.5" cy="16" r="3.2" fill="none" stroke="var(--on-accent)" stroke-width="2" />
          <path d="M13 16h6" stroke="var(--on-accent)" stroke-width="2" stroke-dasharray="2 1.6" />
        </svg>
        netpol
        <small>playground{version ? ` · ${version}` : ""}</small>
      </h1>
      <nav aria-label="Page">
        <ExamplesMenu />
        <OptionsMenu />
        {files.value.length > 0 && <Share />}
        {files.value.length > 0 && (
          <button class="quiet" title="Start over" onClick={reset}><Icon name="reset" /><span class="label">Reset</span></button>
        )}
        <button class="quiet" title={dark ? "Light colours" : "Dark colours"} aria-label={dark ? "Light colours" : "Dark colours"}
          onClick={() => (theme.value = dark ? "light" : "dark")}>
          <Icon name={dark ? "sun" : "moon"} />
        </button>
      </nav>
    </header>
  );
}

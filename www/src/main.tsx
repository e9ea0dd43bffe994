// Where the page begins.

import "./style/fonts.css";
import "./style/tokens.css";
import "./style/base.css";
import "./style/bar.css";
import "./style/start.css";
import "./style/work.css";
import "./style/panes.css";
import { options, render } from "preact";
import { load } from "./engine/engine";
import { listenForDrops } from "./drop";
import { prepareEditor } from "./editor/editor";
import { keepOffline } from "./offline";
import { PlaygroundPage } from "./page";
import { keepLearning } from "./state/because";
import { keepDrawing } from "./state/reach";
import { keepChecking } from "./state/report";
import { begin } from "./state/saved";
import { keepTheme } from "./state/theme";
import { pause, soon } from "./slices";

// What is drawn anew is drawn in a task of its own, not at the end of the one that brought it about.
options.debounceRendering = soon;
load();
keepTheme();
listenForDrops();
// Reading the page's code is a task already; the first drawing is the next.
void begin().then(pause).then(() => {
  keepChecking();
  keepDrawing();
  keepLearning();
  const root = document.getElementById("page");
  if (root) render(<PlaygroundPage />, root);
  performance.mark("netpol:interactive");
  requestIdleCallback(prepareEditor, { timeout: 2000 });
  keepOffline();
});

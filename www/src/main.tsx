// Where the page begins.

import "./style/fonts.css";
import "./style/tokens.css";
import "./style/base.css";
import "./style/bar.css";
import "./style/start.css";
import "./style/work.css";
import "./style/panes.css";
import { render } from "preact";
import { load } from "./engine/engine";
import { listenForDrops } from "./drop";
import { PlaygroundPage } from "./page";
import { keepLearning } from "./state/because";
import { keepDrawing } from "./state/reach";
import { keepChecking } from "./state/report";
import { begin } from "./state/saved";
import { keepTheme } from "./state/theme";

load();
keepTheme();
listenForDrops();
void begin().then(() => {
  keepChecking();
  keepDrawing();
  keepLearning();
  const root = document.getElementById("page");
  if (root) render(<PlaygroundPage />, root);
  performance.mark("netpol:interactive");
});

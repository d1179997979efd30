import "@cloudscape-design/global-styles/index.css";
import "./app/console.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { loadPageOf } from "./app/page_modules";
import { nameSurfaceColours } from "./components/surface_colours";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
loadPageOf(location.hash);
nameSurfaceColours();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

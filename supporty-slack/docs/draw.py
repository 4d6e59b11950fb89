"""Draws what Slack would show of a golden view or message, for SETUP.md: `python3 draw.py ../tests/render/card-open.json card.png`.

Slack's own drawing can not be had without a workspace; this is near enough to know one's way.
Needs Chromium (`apt-get install -y chromium`).
"""

import datetime
import html
import json
import pathlib
import subprocess
import sys
import tempfile

STYLE = """
body { font: 15px/1.46 Lato, Roboto, sans-serif; color: #1d1c1d; background: #fff; margin: 0; padding: 16px; width: 640px }
h2 { font-size: 18px; margin: 6px 0 } .small { color: #616061; font-size: 13px } .block { margin: 8px 0 }
button, .input { border: 1px solid #bbb; border-radius: 4px; background: #fff; padding: 5px 10px; margin: 3px 6px 3px 0; font: inherit }
button.primary { background: #007a5a; color: #fff; border-color: #007a5a } button.danger { color: #e01e5a; border-color: #e01e5a }
.input { display: block; color: #616061; min-height: 20px } label { font-weight: 700 } .modal { border: 1px solid #ddd; border-radius: 8px; padding: 16px }
.mention { background: #e8f5fa; color: #1264a3; border-radius: 3px; padding: 0 2px } blockquote { border-left: 4px solid #ddd; margin: 4px 0; padding-left: 10px }
ul { margin: 4px 0; padding-left: 22px } .app { font-weight: 900 } .badge { background: #ddd; font-size: 10px; padding: 1px 3px; border-radius: 2px; margin-left: 4px }
"""
EMOJI = {
    "red_circle": "🔴", "large_orange_circle": "🟠", "large_yellow_circle": "🟡", "white_circle": "⚪", "warning": "⚠️",
    "x": "❌", "white_check_mark": "✅", "hourglass_flowing_sand": "⏳", "rotating_light": "🚨", "star": "⭐", "lock": "🔒",
    "eyes": "👀", "double_vertical_bar": "⏸️", "pause_button": "⏸️", "heavy_multiplication_x": "✖️", "clock1": "🕐",
    "ballot_box_with_check": "☑️", "heavy_minus_sign": "➖",
}


def text(value):
    return html.escape(value["text"]).replace("\n", "<br>") if value else ""


def inline(part):
    kind = part["type"]
    if kind == "text":
        shown = html.escape(part["text"]).replace("\n", "<br>")
        return f"<b>{shown}</b>" if part.get("style", {}).get("bold") else shown
    if kind == "user":
        return f'<span class="mention">@{html.escape(part["user_id"])}</span>'
    if kind == "link":
        return f'<a href="#">{html.escape(part.get("text") or part["url"])}</a>'
    if kind == "date":
        at = datetime.datetime.fromtimestamp(part["timestamp"], datetime.timezone.utc)
        return at.strftime("%b %-d at %H:%M")
    if kind == "emoji":
        return EMOJI.get(part["name"], f':{part["name"]}:')
    return ""


def rich(element):
    inner = element.get("elements", [])
    if element["type"] == "rich_text_list":
        return "<ul>" + "".join(f"<li>{rich(each)}</li>" for each in inner) + "</ul>"
    shown = "".join(inline(part) for part in inner)
    return f"<blockquote>{shown}</blockquote>" if element["type"] == "rich_text_quote" else f"<div>{shown}</div>"


def element(value):
    kind = value["type"]
    if kind == "button":
        return f'<button class="{value.get("style", "")}">{text(value["text"])}</button>'
    if kind == "overflow":
        return "<button>⋯</button>"
    if kind in ("radio_buttons", "checkboxes"):
        chosen = value.get("initial_option", {}).get("value")
        mark = lambda option: "◉" if option["value"] == chosen else ("○" if kind == "radio_buttons" else "☐")
        lines = (
            f'<div>{mark(each)} {text(each["text"])} <span class="small">{text(each.get("description"))}</span></div>'
            for each in value["options"]
        )
        return "".join(lines)
    chosen = value.get("initial_option", {}).get("text") or value.get("placeholder")
    shown = html.escape(value.get("initial_value", "")) or text(chosen)
    arrow = " ▾" if "select" in kind else ""
    return f'<span class="input">{shown or "&nbsp;"}{arrow}</span>' if kind != "static_select" else f"<button>{shown} ▾</button>"


def block(value):
    kind = value["type"]
    if kind == "header":
        return f'<h2>{text(value["text"])}</h2>'
    if kind == "rich_text":
        return "".join(rich(each) for each in value["elements"])
    if kind == "section":
        return f'<div>{text(value.get("text"))}</div>'
    if kind == "context":
        return f'<div class="small">{" ".join(text(each) for each in value["elements"])}</div>'
    if kind == "actions":
        return "".join(element(each) for each in value["elements"])
    if kind == "input":
        hint = f'<div class="small">{text(value.get("hint"))}</div>'
        return f'<label>{text(value["label"])}</label>{element(value["element"])}{hint}'
    return "<hr>" if kind == "divider" else ""


def page(value):
    inside = "".join(f'<div class="block">{block(each)}</div>' for each in value["blocks"])
    if value.get("type") == "modal":
        foot = f'<button>{text(value.get("close"))}</button><button class="primary">{text(value.get("submit"))}</button>'
        inside = f'<div class="modal"><h2>{text(value["title"])}</h2>{inside}<div style="text-align:right">{foot}</div></div>'
    elif value.get("type") != "home":
        inside = f'<div><span class="app">supporty</span><span class="badge">APP</span></div>{inside}'
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style><body>{inside}</body>"


def main():
    source, target, height = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "420"
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "page.html")
        path.write_text(page(json.loads(pathlib.Path(source).read_text())))
        subprocess.run(
            [
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
                "--hide-scrollbars", f"--user-data-dir={folder}/profile", f"--window-size=680,{height}",
                f"--screenshot={target}", path.as_uri(),
            ],
            check=True, stderr=subprocess.DEVNULL,
        )


main()

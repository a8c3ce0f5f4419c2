# One line of what pip does, rewritten on a terminal (live=1); its own lines are hundreds.
/^(Collecting|Requirement already satisfied)/ {
    count++
    if (live) { printf "\r\033[K    package %d: %s", count, $0 ~ /^Collecting/ ? $2 : $4; fflush() }
}
/^Installing collected packages/ {
    printf "%s    %d packages are here; installing them takes half of the time\n", live ? "\r\033[K" : "", count
    fflush()
}

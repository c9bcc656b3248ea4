"""The same counts by DuckDB, polars and lxml, from the same files; medians in seconds. Run by pupils.rs."""

import collections
import pathlib
import statistics
import sys
import time

folder, year = pathlib.Path(sys.argv[1]), sys.argv[2]
KEYS = "AcademicYear LAEstab Sex Ethnicity FSMeligible NCyearActual SENprovision PrimarySENtype SecondarySENtype".split()


def median(run, times=5):
    taken = []
    for _ in range(times):
        start, used = time.perf_counter(), time.process_time()
        run()
        taken.append((time.perf_counter() - start, time.process_time() - used))
    return [statistics.median(column) for column in zip(*taken)]


def note(name, taken):
    print(f"{name}: {taken[0]:.3f} s, {taken[1]:.3f} s of processor", flush=True)


parquet = folder / f"parquet/pupils_{year}.parquet"
import duckdb

connection = duckdb.connect()
connection.execute("set threads = 2")
sql = f"create or replace temp table cells as select {', '.join(KEYS)}, count(*) as pupils from '{parquet}' group by all"
note("duckdb: the same count", median(lambda: connection.execute(sql)))
print("duckdb cells", connection.execute("select count(*) from cells").fetchone()[0])

csv = folder / f"csv/pupils_{year}.csv"
if csv.exists():
    import polars

    columns = KEYS + ["LA", "URN", "Language", "EnrolStatus", "SENunitIndicator", "ResourcedProvisionIndicator"]
    read = lambda: polars.scan_csv(csv, infer_schema=False).select(columns).collect()
    note("polars: scan of the same columns", median(read))

xml = folder / f"xml-authority/census_{year}.xml"
if xml.exists():
    from lxml import etree

    def count():
        cells = collections.Counter()
        estab = None
        for _, element in etree.iterparse(str(xml), tag=("Estab", "PupilOnRoll")):
            if element.tag == "Estab":
                estab = element.text
                continue
            find = element.findtext
            needs = {need.findtext("SENtypeRank"): need.findtext("SENtype") for need in element.iter("SENneed")}
            key = (
                estab,
                find("PupilIdentifiers/Sex"),
                find("PupilCharacteristics/Ethnicity"),
                element.find("PupilCharacteristics/FSMperiods") is not None,
                find("PupilStatus/NCyearActual"),
                find("SpecialEducationalNeeds/SENprovision"),
                needs.get("1"),
                needs.get("2"),
            )
            cells[key] += 1
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        return cells

    note("lxml: the same count", median(count, 3))

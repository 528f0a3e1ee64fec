"""Real documents out of Debian's packages, whose text layer is known."""

from __future__ import annotations

from dataclasses import dataclass

from picture.debian import Package


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF file in a package, under a licence, and the pages that are read, by kind."""

    package: Package
    member: str
    licence: str
    pages: tuple[tuple[str, int], ...]


DOCUMENTS = (
    Document(
        Package(
            "pool/main/r/r-cran-xtable/r-cran-xtable_1.8-4-2_all.deb",
            "2591fa7dfa945a0aa20078852a2e052654523f6d264d7e36c6341538b5179fd0",
        ),
        "usr/lib/R/site-library/xtable/doc/xtableGallery.pdf",
        "GPL-2",
        (("table", 21), ("table", 5), ("table", 12)),
    ),
    Document(
        Package(
            "pool/main/s/simh/simh_3.8.1-6.1_amd64.deb",
            "c58e1928fc748ba19120ea3db64a8cd83ed2d7dece7d7bcc8aabdd1dac8a1820",
        ),
        "usr/share/doc/simh/i1620_doc.pdf",
        "Supnik's (MIT-like)",
        (("table", 11),),
    ),
    Document(
        Package(
            "pool/main/s/simh/simh_3.8.1-6.1_amd64.deb",
            "c58e1928fc748ba19120ea3db64a8cd83ed2d7dece7d7bcc8aabdd1dac8a1820",
        ),
        "usr/share/doc/simh/pdp11_doc.pdf",
        "Supnik's (MIT-like)",
        (("table", 6), ("table", 7), ("contents", 2)),
    ),
    Document(
        Package(
            "pool/main/d/dicomscope/dicomscope-doc_3.6.0-25_all.deb",
            "26d3f927745c3fa840294fbbb3b00b4b305370dd9104b882cfeb6d06fdd77185",
        ),
        "usr/share/doc/dicomscope/dscs360.pdf",
        "OFFIS (BSD-like)",
        (("table", 46), ("table", 54)),
    ),
    Document(
        Package(
            "pool/main/g/golang-github-jung-kurt-gofpdf/golang-github-jung-kurt-gofpdf-dev_2.17.2+ds-3_all.deb",
            "5d32f5673583dfe637e9c8b44bea2dcf03fa7ad6104ae2aaa8d627239f3c2b11",
        ),
        "usr/share/gocode/src/github.com/jung-kurt/gofpdf/pdf/Fpdf_CellFormat_tables.pdf",
        "MIT",
        (("table", 1),),
    ),
    Document(
        Package(
            "pool/main/t/therion/therion-doc_6.1.6-3_all.deb",
            "8e6b111823197826ff00d251a0531f9eac29fc9131ccb8e138b216c89b24de36",
        ),
        "usr/share/doc/therion/thbook.pdf",
        "GPL-2+",
        (("table", 2),),
    ),
    Document(
        Package(
            "pool/main/g/geotranz/geotranz-doc_3.7-3_all.deb",
            "188eb30cec3c6299a23b5d210b3723a0aeb003cb96e136d26dae27b13dd831d6",
        ),
        "usr/share/doc/geotranz-doc/MSP_Geotrans_Release_Notes.pdf.gz",
        "NGA's, see the package",
        (("table", 13), ("table", 11)),
    ),
    Document(
        Package(
            "pool/main/r/r-cran-hsaur3/r-cran-hsaur3_1.0-13-1_all.deb",
            "21221b89b0b61b4abfa8731f2b1f427858b9c3fa828137e2356d5d5b6c27c4b3",
        ),
        "usr/lib/R/site-library/HSAUR3/doc/Ch_graphical_display.pdf",
        "GPL-2",
        (("table", 17),),
    ),
    Document(
        Package(
            "pool/main/w/w1retap/w1retap-doc_1.4.6-1.1_all.deb",
            "0fa0aebb2c9e4f55433441ac21e34d3d4f5524eacc4dde9c1bd7f3941b2cb4ac",
        ),
        "usr/share/doc/w1retap/w1retap.pdf.gz",
        "GPL-2+",
        (("table", 12),),
    ),
    Document(
        Package(
            "pool/main/s/survival/r-cran-survival_3.5-3-1_amd64.deb",
            "f7b474e37620b54bd0112b3847bbad0a6b75b9c2121d6936548dd74ebd4003d5",
        ),
        "usr/lib/R/library/survival/doc/timedep.pdf",
        "GPL-2",
        (("table", 7),),
    ),
    Document(
        Package(
            "pool/main/r/ruby-prawn-table/ruby-prawn-table_0.2.2-1.1_all.deb",
            "dcd68fd782a4ef4eabaf7e1c2f0922332deed4c5d19cd616216ab6fd1111b377",
        ),
        "usr/share/doc/ruby-prawn-table/manual.pdf.gz",
        "Ruby or GPL-2 or GPL-3",
        (("table", 12),),
    ),
    Document(
        Package(
            "pool/main/g/gentle/gentle_1.9+cvs20100605+dfsg1-10+b2_amd64.deb",
            "1dab57ee081f359366cfe6b5cab72f6024f8e29616de50a60b594706bfa1a087",
        ),
        "usr/share/doc/gentle/GENtle_manual.pdf",
        "GPL-3+",
        (("contents", 2),),
    ),
    Document(
        Package(
            "pool/main/d/dicomscope/dicomscope-doc_3.6.0-25_all.deb",
            "26d3f927745c3fa840294fbbb3b00b4b305370dd9104b882cfeb6d06fdd77185",
        ),
        "usr/share/doc/dicomscope/dsum360.pdf",
        "OFFIS (BSD-like)",
        (("contents", 2),),
    ),
    Document(
        Package(
            "pool/main/m/muttprint/muttprint-manual_0.73-11_all.deb",
            "3df9a54536f5d43ee908424948d104c486f6e145e86c71156894c3078aebba92",
        ),
        "usr/share/doc/muttprint/manual/manual-en.pdf.gz",
        "see the package",
        (("contents", 1),),
    ),
    Document(
        Package(
            "pool/main/o/openafs/openafs-doc_1.8.9-1+deb12u1_all.deb",
            "bf8fb5e79341b27af7d43f83c1fa26349a6725ce618fa8e89fed6afb50e7a092",
        ),
        "usr/share/doc/openafs-doc/auagd000.pdf.gz",
        "IPL-1.0",
        (("contents", 24),),
    ),
    Document(
        Package(
            "pool/main/k/king/king_2.24+dfsg2-1_all.deb",
            "fde176dff347ca425ee0a0f8b365e694df816904d2b6d2f9c489f1c5f9ec05aa",
        ),
        "usr/share/doc/king/king-manual.pdf",
        "KiNG's, see the package",
        (("contents", 6),),
    ),
    Document(
        Package(
            "pool/main/d/debian-history/debian-history_2.28_all.deb",
            "ae364cdfd075bf6a08ca8f5105b44db7093e3b201c95d3b70a863b8849c6a082",
        ),
        "usr/share/doc/debian-history/docs/project-history.lt.pdf",
        "GPL-2+",
        (("contents", 5),),
    ),
    Document(
        Package(
            "pool/main/l/ledgersmb/ledgersmb_1.6.33+ds-2.1_all.deb",
            "3ee14f6a20877d033b9e8a6c90d9d964b1cfd8ac9b3cef959ec247d53d2e2946",
        ),
        "usr/share/doc/ledgersmb/LedgerSMB-manual.pdf.gz",
        "GPL-2+",
        (("contents", 7),),
    ),
    Document(
        Package(
            "pool/main/j/jverein/jverein_2.8.19+dfsg-1_all.deb",
            "d688cc453e571b1cef563e6eb2e5519cd7b265380bf9c61ce74ff81b882b3c4a",
        ),
        "usr/share/doc/jverein/examples/Spendenbescheinigung.pdf",
        "GPL-3+",
        (("form", 1),),
    ),
    Document(
        Package(
            "pool/main/j/jverein/jverein_2.8.19+dfsg-1_all.deb",
            "d688cc453e571b1cef563e6eb2e5519cd7b265380bf9c61ce74ff81b882b3c4a",
        ),
        "usr/share/doc/jverein/examples/Rechnung.pdf",
        "GPL-3+",
        (("form", 1),),
    ),
    Document(
        Package(
            "pool/main/b/beancount/beancount_2.3.5-2_all.deb",
            "b7bd1abce1e9bf8817756ff8e6dfb76949a3a8f4fa448bfc5c7fde32c425c5f4",
        ),
        "usr/share/doc/beancount/examples/ingest/Downloads/Statement.pdf",
        "GPL-2",
        (("form", 1),),
    ),
    Document(
        Package(
            "pool/main/g/groff/groff_1.22.4-10_amd64.deb",
            "c30d56dad45ab7fe8d57f545381203297b23fabd7475e5acd133f15dcaef2355",
        ),
        "usr/share/doc/groff-base/examples/mom/letter.pdf.gz",
        "see groff-base",
        (("form", 1),),
    ),
    Document(
        Package(
            "pool/main/r/refcard/debian-refcard_12.0_all.deb",
            "9cb06051459a8fbefd0a1d0013a6e8b14931ae544402aa9f56f1e77f555cfd1f",
        ),
        "usr/share/doc/debian-refcard/refcard-en-a4.pdf.gz",
        "GPL-3+",
        (("columns", 2),),
    ),
    Document(
        Package(
            "pool/main/r/refcard/debian-refcard_12.0_all.deb",
            "9cb06051459a8fbefd0a1d0013a6e8b14931ae544402aa9f56f1e77f555cfd1f",
        ),
        "usr/share/doc/debian-refcard/refcard-de-a4.pdf.gz",
        "GPL-3+",
        (("columns", 1),),
    ),
    Document(
        Package(
            "pool/main/w/wise/wise-doc_2.4.1-23_all.deb",
            "5e89cf111de55c44681fc162e47b5123dbc7a58bcf2791000646ffc98b9124ab",
        ),
        "usr/share/doc/wise/dynamite.pdf.gz",
        "GRL (BSD-like)",
        (("columns", 34),),
    ),
    Document(
        Package(
            "pool/main/c/cb2bib/cb2bib_2.0.1-2_amd64.deb",
            "984c774d0a9c1c76147d4261800b38e493c25aa2156b551371f2fe454c396e1d",
        ),
        "usr/share/cb2bib/testPDFImport/nomeaning1.pdf",
        "GPL-3+",
        (("columns", 1),),
    ),
    Document(
        Package(
            "pool/main/r/raxml/raxml_8.2.12+dfsg-8+b2_amd64.deb",
            "6b3438989f60ee5b11221b5ec5f0452d7d0ede2927ada14eb2cf1d6a85b58abd",
        ),
        "usr/share/doc/raxml/NewManual.pdf.gz",
        "GPL-2+",
        (("columns", 39),),
    ),
    Document(
        Package(
            "pool/main/d/debian-history/debian-history_2.28_all.deb",
            "ae364cdfd075bf6a08ca8f5105b44db7093e3b201c95d3b70a863b8849c6a082",
        ),
        "usr/share/doc/debian-history/docs/project-history.en.pdf",
        "GPL-2+",
        (("prose", 12),),
    ),
    Document(
        Package(
            "pool/main/r/r-cran-hsaur3/r-cran-hsaur3_1.0-13-1_all.deb",
            "21221b89b0b61b4abfa8731f2b1f427858b9c3fa828137e2356d5d5b6c27c4b3",
        ),
        "usr/lib/R/site-library/HSAUR3/doc/Ch_meta_analysis.pdf",
        "GPL-2",
        (("prose", 4),),
    ),
    Document(
        Package(
            "pool/main/c/claws-mail/claws-mail-doc_4.1.1-2_all.deb",
            "b8050172446b5b11c046fb4405f856ebe4da75b2e04d2dad76633b9bde2af49b",
        ),
        "usr/share/doc/claws-mail/manual/en/claws-mail-manual.pdf.gz",
        "GPL-3+",
        (("prose", 12),),
    ),
    Document(
        Package(
            "pool/main/g/gentle/gentle_1.9+cvs20100605+dfsg1-10+b2_amd64.deb",
            "1dab57ee081f359366cfe6b5cab72f6024f8e29616de50a60b594706bfa1a087",
        ),
        "usr/share/doc/gentle/GENtle_manual_de.pdf",
        "GPL-3+",
        (("prose", 6),),
    ),
    Document(
        Package(
            "pool/main/h/haskell98-report/haskell98-report_20080907-10_all.deb",
            "e63c0aec59e8a41e47717f9b147bb45e65e2f85b5d7b351be1cc23d006a77770",
        ),
        "usr/share/doc/haskell98-report/haskell98-report.pdf.gz",
        "Haskell report's, see the package",
        (("code", 51), ("code", 53)),
    ),
    Document(
        Package(
            "pool/main/l/lammps/lammps-doc_20220106.git7586adbb6a+ds1-2_all.deb",
            "01590d1138bc7ee3496ea546cef76c855db2ec5dbc8c7a842582cf86ee9e7273",
        ),
        "usr/share/doc/lammps/html/PDF/SPH_LAMMPS_userguide.pdf.gz",
        "GPL-2",
        (("code", 16), ("code", 18)),
    ),
    Document(
        Package(
            "pool/main/d/debian-edu-doc/debian-edu-doc-ja_2.12.23~deb12u1_all.deb",
            "ef8656af2240094faffc85144ce659eda1114df5a9da14580f4bfbe95fa505bf",
        ),
        "usr/share/doc/debian-edu-doc-ja/debian-edu-bookworm-manual.pdf",
        "GPL-2+",
        (("cjk", 22), ("cjk", 9)),
    ),
    Document(
        Package(
            "pool/main/d/debian-edu-doc/debian-edu-doc-zh-cn_2.12.23~deb12u1_all.deb",
            "d98fa11ea24238d38631d756ab75144c3d97dbd2a2e5a0223f2f7d8d975ecff2",
        ),
        "usr/share/doc/debian-edu-doc-zh-cn/debian-edu-bookworm-manual.pdf",
        "GPL-2+",
        (("cjk", 22), ("cjk", 9)),
    ),
    Document(
        Package(
            "pool/main/r/refcard/debian-refcard_12.0_all.deb",
            "9cb06051459a8fbefd0a1d0013a6e8b14931ae544402aa9f56f1e77f555cfd1f",
        ),
        "usr/share/doc/debian-refcard/refcard-ja-a4.pdf.gz",
        "GPL-3+",
        (("cjk", 1),),
    ),
    Document(
        Package(
            "pool/main/r/refcard/debian-refcard_12.0_all.deb",
            "9cb06051459a8fbefd0a1d0013a6e8b14931ae544402aa9f56f1e77f555cfd1f",
        ),
        "usr/share/doc/debian-refcard/refcard-fr-a4.pdf.gz",
        "GPL-3+",
        (("latin", 2),),
    ),
    Document(
        Package(
            "pool/main/d/debian-history/debian-history_2.28_all.deb",
            "ae364cdfd075bf6a08ca8f5105b44db7093e3b201c95d3b70a863b8849c6a082",
        ),
        "usr/share/doc/debian-history/docs/project-history.es.pdf",
        "GPL-2+",
        (("latin", 14),),
    ),
    Document(
        Package(
            "pool/main/p/pcsc-cyberjack/libifd-cyberjack6_3.99.5final.sp14-2_amd64.deb",
            "d15b36220e111a61adca7dcf063d0e94c8fdd3e62bb6693ba62e2be3ed3b6828",
        ),
        "usr/share/doc/libifd-cyberjack6/LIESMICH.pdf.gz",
        "GPL-2+",
        (("latin", 12),),
    ),
    Document(
        Package(
            "pool/main/c/claws-mail/claws-mail-doc_4.1.1-2_all.deb",
            "b8050172446b5b11c046fb4405f856ebe4da75b2e04d2dad76633b9bde2af49b",
        ),
        "usr/share/doc/claws-mail/manual/fr/claws-mail-manual.pdf.gz",
        "GPL-3+",
        (("latin", 27),),
    ),
)

COLUMNS = (
    Document(
        Package(
            "pool/main/r/rcpp/r-cran-rcpp_1.0.10-1_amd64.deb",
            "7816b3abefc1efe70be182e01ab7b0b9a1267654cf97c0bba912a687dd287ac9",
        ),
        "usr/lib/R/site-library/Rcpp/doc/Rcpp-introduction.pdf",
        "GPL-2+",
        (
            ("columns", 1),
            ("columns", 5),
        ),
    ),
    Document(
        Package(
            "pool/main/r/rcpp/r-cran-rcpp_1.0.10-1_amd64.deb",
            "7816b3abefc1efe70be182e01ab7b0b9a1267654cf97c0bba912a687dd287ac9",
        ),
        "usr/lib/R/site-library/Rcpp/doc/Rcpp-sugar.pdf",
        "GPL-2+",
        (("columns", 2),),
    ),
    Document(
        Package(
            "pool/main/r/rcpp/r-cran-rcpp_1.0.10-1_amd64.deb",
            "7816b3abefc1efe70be182e01ab7b0b9a1267654cf97c0bba912a687dd287ac9",
        ),
        "usr/lib/R/site-library/Rcpp/doc/Rcpp-FAQ.pdf",
        "GPL-2+",
        (("columns", 2),),
    ),
    Document(
        Package(
            "pool/main/o/octave/octave-doc_7.3.0-2_all.deb",
            "b27897cc7e3d688daa5cb8f8d1ea47077f3fbd205ce32e22522200ff0c1eadd5",
        ),
        "usr/share/doc/octave/refcard-a4.pdf",
        "GPL-3+",
        (
            ("columns", 1),
            ("columns", 2),
        ),
    ),
    Document(
        Package(
            "pool/main/a/auctex/auctex_12.2-1_all.deb",
            "9c9e8207852a807b6c8b6f9124b17a3256edb6d4313d5a33e7bdbf113c77b2e9",
        ),
        "usr/share/doc/auctex/tex-ref.pdf",
        "GPL-3+",
        (("columns", 1),),
    ),
    Document(
        Package(
            "pool/main/g/golang-github-jung-kurt-gofpdf/golang-github-jung-kurt-gofpdf-dev_2.17.2+ds-3_all.deb",
            "5d32f5673583dfe637e9c8b44bea2dcf03fa7ad6104ae2aaa8d627239f3c2b11",
        ),
        "usr/share/gocode/src/github.com/jung-kurt/gofpdf/pdf/Fpdf_SetLeftMargin_multicolumn.pdf",
        "MIT",
        (("columns", 1),),
    ),
    Document(
        Package(
            "pool/main/r/rcpp/r-cran-rcpp_1.0.10-1_amd64.deb",
            "7816b3abefc1efe70be182e01ab7b0b9a1267654cf97c0bba912a687dd287ac9",
        ),
        "usr/lib/R/site-library/Rcpp/doc/Rcpp-attributes.pdf",
        "GPL-2+",
        (("columns", 1),),
    ),
    Document(
        Package(
            "pool/main/r/rcpp/r-cran-rcpp_1.0.10-1_amd64.deb",
            "7816b3abefc1efe70be182e01ab7b0b9a1267654cf97c0bba912a687dd287ac9",
        ),
        "usr/lib/R/site-library/Rcpp/doc/Rcpp-modules.pdf",
        "GPL-2+",
        (("columns", 3),),
    ),
    Document(
        Package(
            "pool/main/r/rcpp/r-cran-rcpp_1.0.10-1_amd64.deb",
            "7816b3abefc1efe70be182e01ab7b0b9a1267654cf97c0bba912a687dd287ac9",
        ),
        "usr/lib/R/site-library/Rcpp/doc/Rcpp-quickref.pdf",
        "GPL-2+",
        (("columns", 1),),
    ),
    Document(
        Package(
            "pool/main/r/r-cran-rcpparmadillo/r-cran-rcpparmadillo_0.12.0.1.0-1_amd64.deb",
            "9e4c9be77f8098c2dfda75a3f8fb6045cd2a52ca5a5de6097af570ff7dd01c8e",
        ),
        "usr/lib/R/site-library/RcppArmadillo/doc/RcppArmadillo-intro.pdf",
        "GPL-2+",
        (
            ("columns", 2),
            ("columns", 6),
        ),
    ),
    Document(
        Package(
            "pool/main/a/auctex/auctex_12.2-1_all.deb",
            "9c9e8207852a807b6c8b6f9124b17a3256edb6d4313d5a33e7bdbf113c77b2e9",
        ),
        "usr/share/doc/auctex/tex-ref.pdf",
        "GPL-3+",
        (("columns", 2),),
    ),
    Document(
        Package(
            "pool/main/g/golang-github-jung-kurt-gofpdf/golang-github-jung-kurt-gofpdf-dev_2.17.2+ds-3_all.deb",
            "5d32f5673583dfe637e9c8b44bea2dcf03fa7ad6104ae2aaa8d627239f3c2b11",
        ),
        "usr/share/gocode/src/github.com/jung-kurt/gofpdf/pdf/Fpdf_SetLeftMargin_multicolumn.pdf",
        "MIT",
        (("columns", 3),),
    ),
)
"""Further pages in columns, for the order alone."""

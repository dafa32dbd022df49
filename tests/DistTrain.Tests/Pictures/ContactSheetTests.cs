using DistTrain.Node.Pictures;
using DistTrain.Tests.Data;
using DistTrain.Training;
using SkiaSharp;

namespace DistTrain.Tests.Pictures;

public sealed class ContactSheetTests
{
    [Fact]
    public void Tiles_are_enlarged_by_whole_factors_and_keep_their_pixels()
    {
        byte[] grey = [10, 60, 110, 160, 210, 250];
        byte[] colour = [200, 0, 0, 200, 0, 100, 0, 100, 50, 0, 0, 50];
        using SKBitmap sheet = Decode(ContactSheet.Render("", [new TileRow("", [new Tile(grey, 1, 2, 3)]), new TileRow("", [new Tile(colour, 3, 2, 2)])]));

        const int margin = SheetLayout.Margin;
        const int scale = 84 / 3;
        for (int p = 0; p < grey.Length; p++)
        {
            int x = margin + (p % 3 * scale);
            int y = margin + (p / 3 * scale);
            Assert.Equal(new SKColor(grey[p], grey[p], grey[p]), sheet.GetPixel(x, y));
            Assert.Equal(new SKColor(grey[p], grey[p], grey[p]), sheet.GetPixel(x + scale - 1, y + scale - 1));
        }

        int second = margin + 84 + SheetLayout.Gap;
        Assert.Equal(new SKColor(200, 0, 50), sheet.GetPixel(margin, second));
        Assert.Equal(new SKColor(0, 100, 0), sheet.GetPixel(margin + 83, second));
    }

    [Fact]
    public void Titles_and_captions_leave_ink_and_characters_that_the_font_lacks_do_no_harm()
    {
        Tile black = new(new byte[4], 1, 2, 2);
        SKColor ink = new(0x20, 0x20, 0x20);
        Assert.Equal(0, Count(ContactSheet.Render("", [new TileRow("", [black])]), ink));
        Assert.NotEqual(0, Count(ContactSheet.Render("", [new TileRow("ein Apfel \u00e4\u4e00\ud83c\udf4e", [black with { Caption = "one\ntwo" }])]), ink));
    }

    [Fact]
    public void Large_tiles_and_long_captions_are_cut_to_size()
    {
        Tile large = new(new byte[400 * 1000], 1, 400, 1000, new string('x', 1000));
        using SKBitmap sheet = Decode(ContactSheet.Render("", [new TileRow(new string('y', 1000), [large, large])]));
        Assert.InRange(sheet.Width, 84 * 2, 600);
        Assert.InRange(sheet.Height, 33, 120);
    }

    [Fact]
    public void Sheet_without_tiles_is_still_a_picture()
    {
        using SKBitmap sheet = Decode(ContactSheet.Render("nothing", []));
        Assert.True(sheet.Width > SheetLayout.Margin);
    }

    [Theory]
    [InlineData(1, 2, 3)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 1, 1)]
    [InlineData(1, 0, 4)]
    public void Bytes_that_do_not_fit_the_shape_are_refused(int channels, int height, int width) =>
        Assert.Throws<ArgumentException>(() => ContactSheet.Render("", [new TileRow("", [new Tile(new byte[4], channels, height, width)])]));

    [Fact]
    public void File_that_cannot_be_written_is_a_user_error_and_leaves_nothing()
    {
        using TestFolder folder = new();
        Directory.CreateDirectory(folder.At("taken.png"));
        Assert.Contains("taken.png: cannot be written", Assert.Throws<UserErrorException>(() => ContactSheet.Save(folder.At("taken.png"), "", [])).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be written", Assert.Throws<UserErrorException>(() => ContactSheet.Save(folder.At("no", "such.png"), "", [])).Message, StringComparison.Ordinal);
        Assert.Equal([folder.At("taken.png")], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Png_of_a_tile_gives_its_bytes_back(int channels)
    {
        byte[] pixels = new byte[channels * 5 * 7];
        new Random(channels).NextBytes(pixels);
        using SKBitmap read = Decode(TileBitmap.EncodePng(new Tile(pixels, channels, 5, 7)));
        Assert.Equal((7, 5), (read.Width, read.Height));
        for (int p = 0; p < 35; p++)
        {
            SKColor color = read.GetPixel(p % 7, p / 7);
            Assert.Equal((pixels[p], pixels[channels == 1 ? p : 35 + p], pixels[channels == 1 ? p : 70 + p]), (color.Red, color.Green, color.Blue));
        }
    }

    private static SKBitmap Decode(byte[] png) => SKBitmap.Decode(png);

    private static int Count(byte[] png, SKColor color)
    {
        using SKBitmap bitmap = Decode(png);
        return bitmap.Pixels.Count(pixel => pixel == color);
    }
}

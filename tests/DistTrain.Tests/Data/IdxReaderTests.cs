using System.IO.Compression;
using CsCheck;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Idx;

namespace DistTrain.Tests.Data;

public sealed class IdxReaderTests
{
    private static readonly Gen<IdxImages> AnyImages =
        from count in Gen.Int[1, 6]
        from height in Gen.Int[1, 9]
        from width in Gen.Int[1, 9]
        from pixels in Gen.Byte.Array[count * height * width]
        select new IdxImages(count, height, width, pixels);

    private static readonly Gen<byte[]> AnyLabels = Gen.Byte[0, 9].Array[1, 60];

    [Fact]
    public void Reader_of_images_inverts_writer() =>
        Gen.Select(AnyImages, Gen.Bool).Sample((images, gzip) =>
        {
            IdxImages read = ReadImages(Bytes(images, gzip));
            Assert.Equal(images with { Pixels = read.Pixels }, read);
            Assert.Equal(images.Pixels, read.Pixels);
        });

    [Fact]
    public void Reader_of_labels_inverts_writer() =>
        Gen.Select(AnyLabels, Gen.Bool).Sample((labels, gzip) => Assert.Equal(labels, ReadLabels(Bytes(labels, gzip))));

    [Fact]
    public void Truncation_at_any_byte_is_refused() =>
        Gen.Select(AnyImages, Gen.Bool, Gen.Double.Unit).Sample((images, gzip, where) =>
        {
            byte[] whole = Bytes(images, gzip);
            IsRefused(() => ReadImages(whole[..(int)(where * whole.Length)]));
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Truncation_at_every_byte_of_one_file_is_refused(bool gzip)
    {
        byte[] whole = Bytes(new IdxImages(3, 5, 7, [.. Enumerable.Range(0, 105).Select(i => (byte)(i * 37))]), gzip);
        for (int length = 0; length < whole.Length; length++)
        {
            IsRefused(() => ReadImages(whole[..length]));
        }
    }

    [Fact]
    public void Trailing_bytes_are_refused() =>
        Gen.Select(AnyImages, Gen.Bool, Gen.Byte.Array[1, 300]).Sample((images, gzip, extra) =>
            IsRefused(() => ReadImages([.. Bytes(images, gzip), .. extra])));

    [Fact]
    public void Trailing_bytes_that_repeat_the_gzip_trailer_or_the_whole_member_are_refused() =>
        AnyImages.Sample(images =>
        {
            byte[] whole = Bytes(images, gzip: true);
            IsRefused(() => ReadImages([.. whole, .. whole[^8..]]));
            IsRefused(() => ReadImages([.. whole, .. whole]));
        });

    [Fact]
    public void Flipped_bits_give_a_user_error_or_another_file_but_never_another_exception() =>
        Gen.Select(AnyImages, Gen.Bool, Gen.Select(Gen.Double.Unit, Gen.Byte[1, 255]).Array[1, 4]).Sample((images, gzip, flips) =>
        {
            byte[] bytes = Bytes(images, gzip);
            foreach ((double where, byte bits) in flips)
            {
                bytes[Math.Min(bytes.Length - 1, (int)(where * bytes.Length))] ^= bits;
            }

            try
            {
                IdxImages read = ReadImages(bytes);
                Assert.Equal(read.Count * read.Height * read.Width, read.Pixels.Length);
            }
            catch (UserErrorException e)
            {
                IsOneLine(e);
            }
        });

    [Fact]
    public void Any_bytes_at_all_never_give_another_exception() =>
        Gen.Select(Gen.Bool, Gen.Byte.Array[0, 64]).Sample((gzip, bytes) =>
            IsRefused(() => ReadImages(gzip ? [0x1f, 0x8b, 8, .. bytes] : [0xff, .. bytes])));

    [Fact]
    public void Flip_in_the_compressed_data_is_caught_by_the_checksum()
    {
        byte[] bytes = Bytes(new IdxImages(1, 2, 2, [1, 2, 3, 4]), gzip: true);
        bytes[^6] ^= 1;
        Assert.Contains("CRC-32", IsRefused(() => ReadImages(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_with_every_optional_header_field_is_read()
    {
        byte[] plain = Bytes(new IdxImages(1, 2, 2, [1, 2, 3, 4]), gzip: true);
        byte[] decorated = [.. plain[..3], 0x1e, .. plain[4..10], 3, 0, 7, 7, 7, (byte)'n', 0, (byte)'c', 0, 9, 9, .. plain[10..]];
        Assert.Equal([1, 2, 3, 4], ReadImages(decorated).Pixels);
    }

    [Theory]
    [InlineData(0, 9, "byte 0: magic number 0x09000803")]
    [InlineData(3, 1, "byte 0: magic number 0x00000801 where 0x00000803 was expected (this is a file of labels")]
    [InlineData(7, 0, "byte 4: count is 0")]
    [InlineData(8, 0x80, "byte 8: height is 2147483650")]
    [InlineData(12, 0xff, "byte 12: width is 4278190082")]
    [InlineData(7, 2, "byte 20: the file ends 4 bytes short of the 8 values")]
    [InlineData(11, 1, "byte 18: bytes follow")]
    public void Fault_names_the_file_and_the_offset(int at, byte value, string expected)
    {
        byte[] bytes = Bytes(new IdxImages(1, 2, 2, [1, 2, 3, 4]), gzip: false);
        bytes[at] = value;
        Assert.StartsWith("some-file: " + expected, IsRefused(() => ReadImages(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Label_out_of_range_is_named_with_its_offset()
    {
        UserErrorException error = IsRefused(() => ReadLabels(Bytes((byte[])[1, 9, 10, 3], gzip: true)));
        Assert.StartsWith("some-file: byte 10: label 10 is not one of the classes 0 to 9", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Header_that_promises_a_gigabyte_allocates_none(bool gzip)
    {
        // 2^30 bytes promised, 16 + 100 given.
        byte[] file = [0, 0, 8, 3, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4, 0, .. new byte[100]];
        byte[] stored = gzip ? Gzip(file) : file;
        long before = GC.GetAllocatedBytesForCurrentThread();
        UserErrorException error = IsRefused(() => ReadImages(stored));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        Assert.Contains("byte 116", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Header_that_promises_more_than_the_limit_is_refused_unread()
    {
        byte[] file = [0, 0, 8, 3, 0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff];
        Assert.Contains("at most 1073741824 are read", IsRefused(() => ReadImages(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_zeros_are_not_inflated_past_the_promise()
    {
        byte[] file = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, .. new byte[50_000_000]];
        byte[] stored = Gzip(file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("bytes follow", IsRefused(() => ReadImages(stored)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Missing_file_is_a_user_error()
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("n"), "absent");
        Assert.StartsWith(path + ": cannot be read", IsRefused(() => IdxReader.ReadImages(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pair_with_different_counts_is_refused()
    {
        using TestFolder folder = new();
        string images = folder.Write("images", Bytes(new IdxImages(2, 1, 1, [1, 2]), gzip: true));
        string labels = folder.Write("labels", Bytes((byte[])[1, 2, 3], gzip: false));
        Assert.Contains("3 labels, but", IsRefused(() => IdxReader.ReadPair(images, labels, 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hash_is_that_of_the_uncompressed_file() =>
        AnyImages.Sample(images =>
            Assert.Equal(
                Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Bytes(images, gzip: false))),
                IdxFormat.Sha256(images)));

    private static IdxImages ReadImages(byte[] bytes) => IdxReader.ReadImages(new MemoryStream(bytes), "some-file");

    private static byte[] ReadLabels(byte[] bytes) => IdxReader.ReadLabels(new MemoryStream(bytes), "some-file", 10);

    private static byte[] Bytes(IdxImages images, bool gzip)
    {
        using MemoryStream stream = new();
        IdxWriter.WriteImages(stream, images, gzip);
        return stream.ToArray();
    }

    private static byte[] Bytes(byte[] labels, bool gzip)
    {
        using MemoryStream stream = new();
        IdxWriter.WriteLabels(stream, labels, gzip);
        return stream.ToArray();
    }

    private static byte[] Gzip(byte[] plain)
    {
        using MemoryStream stream = new();
        using (GZipStream compressed = new(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            compressed.Write(plain);
        }

        return stream.ToArray();
    }

    private static UserErrorException IsRefused(Action read)
    {
        UserErrorException error = Assert.Throws<UserErrorException>(read);
        IsOneLine(error);
        return error;
    }

    private static UserErrorException IsRefused<T>(Func<T> read) => IsRefused(() => { _ = read(); });

    private static void IsOneLine(UserErrorException error) => Assert.DoesNotContain('\n', error.Message);
}

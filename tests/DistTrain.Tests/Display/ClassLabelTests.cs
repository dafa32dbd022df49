using DistTrain.Node.Display;

namespace DistTrain.Tests.Display;

public sealed class ClassLabelTests
{
    [Theory]
    [InlineData(0, "0 owl")]
    [InlineData(1, "1")]
    [InlineData(2, "2 a  b")]
    [InlineData(3, "3 a name th..")]
    [InlineData(4, "4 \U0001f989\U0001f989\U0001f989\U0001f989\U0001f989\U0001f989\U0001f989\U0001f989\U0001f989..")]
    [InlineData(5, "5")]
    public void Label_has_number_and_name_on_one_line_and_not_the_number_twice(int label, string expected) => Assert.Equal(
        expected,
        ClassLabel.Of(["owl", "1", "a\n\tb", "a name that is too long", string.Concat(Enumerable.Repeat("\U0001f989", 12))], label, 13));
}
